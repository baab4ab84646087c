import pytest

from chuanzhu_site.environment import EnvironmentMistake, read_environment


@pytest.fixture
def read(tmp_path):
    return lambda **variables: read_environment({"CHUANZHU_FOLDER": str(tmp_path), **variables})


def test_without_any_variable_the_site_runs_on_sqlite_with_a_write_ahead_log(read, tmp_path):
    environment = read()
    assert environment.database["NAME"] == str(tmp_path / "chuanzhu.sqlite3")
    assert "journal_mode=WAL" in environment.database["OPTIONS"]["init_command"]
    assert not environment.is_debug


def test_the_key_is_made_once_and_only_its_owner_can_read_it(read, tmp_path):
    assert read().secret_key == read().secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_a_database_address_chooses_postgresql(read):
    database = read(DATABASE_URL="postgresql://clerk:p%40ss@127.0.0.1:5432/chuanzhu").database
    assert (database["ENGINE"], database["PASSWORD"]) == ("django.db.backends.postgresql", "p@ss")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DATABASE_URL", "mysql://a@b/c", "只认 postgresql:// 和 sqlite:///"),
        ("DATABASE_URL", "postgresql://127.0.0.1:5432/", "没有写库名"),
        ("CHUANZHU_DEBUG", "maybe", "应为 1(开)或 0(关)"),
        ("CHUANZHU_HOSTS", "https://a.gov.cn", "不带 http:// 和端口"),
        ("CHUANZHU_LARGEST_MEGABYTES", "-1", "1 到 200 之间的整数"),
        ("CHUANZHU_PROXIES", "eleven", "0 到 10 之间的整数"),
        ("CHUANZHU_METRICS_TOKEN", "short", "至少 20 个"),
        ("CHUANZHU_SECRET_KEY", "short", "至少要 50 个随机字符"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named_with_its_cure(read, name, value, told):
    with pytest.raises(EnvironmentMistake, match=name) as refused:
        read(**{name: value})
    assert told in str(refused.value)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentMistake, match="不能写"):
        read_environment({"CHUANZHU_FOLDER": str(tmp_path / "file")})
