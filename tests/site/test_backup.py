"""A backup put back into an empty installation is the site as it was."""

import json
import os
import secrets
import subprocess
import sys
import tarfile

import psycopg
import pytest
from django.db import connection

from chuanzhu_site.backup import BackupRefused, back_up, restore

pytestmark = pytest.mark.django_db(transaction=True)  # SQLite copies no database that is being written
ASK = """
import json
from chuanzhu_site.accounts.models import User
from chuanzhu_site.market.models import Listing

Listing.objects.create(kind="product-demand", side="demand", enterprise_id=Listing.objects.first().enterprise_id,
                       author=User.objects.first(), title="new")
told = [sorted(model.objects.values_list(name, flat=True)) for model, name in ((User, "username"), (Listing, "title"))]
print(json.dumps(told))
"""


@pytest.fixture
def elsewhere(tmp_path):
    """Run a command of the site in another, empty installation on the same kind of database."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**kept, "CHUANZHU_FOLDER": str(tmp_path / "new")}
    database = f"chuanzhu_{secrets.token_hex(6)}"
    if connection.vendor == "postgresql":
        server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
        environment["DATABASE_URL"] = f"{server}/{database}"
        control = psycopg.connect(f"{server}/postgres", autocommit=True)
        control.execute(f'CREATE DATABASE "{database}"')

    def run(*words):
        words = [sys.executable, "-m", "chuanzhu_site.console", *words]
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    yield run
    if connection.vendor == "postgresql":
        control.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        control.close()


@pytest.fixture
def backup(cast, demand, supply, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "attachments"
    (settings.MEDIA_ROOT / "ab").mkdir(parents=True)
    (settings.MEDIA_ROOT / "ab" / "abcdef").write_bytes(b"drawing")
    path = tmp_path / "backup.tar.gz"
    assert back_up(path).attachments == 1
    return path


def test_a_backup_put_into_an_empty_installation_is_the_site_as_it_was(backup, elsewhere, tmp_path, demand, supply):
    done = elsewhere("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert "产品供给:1 条" in done.stdout
    assert (tmp_path / "new" / "attachments" / "ab" / "abcdef").read_bytes() == b"drawing"
    asked = elsewhere("manage", "shell", "--no-imports", "-c", ASK)
    people, titles = json.loads(asked.stdout.strip().splitlines()[-1])
    assert people == ["chen", "lihua", "root", "wang", "weihua", "zhang"]
    assert titles == sorted(["new", demand.title, supply.title])
    again = elsewhere("restore", str(backup))
    assert again.returncode == 2
    assert "已经有 6 个用户,不覆盖" in again.stderr


def test_a_backup_is_for_its_owner_only_and_holds_no_key(backup):
    assert backup.stat().st_mode & 0o077 == 0
    with tarfile.open(backup) as archive:
        assert not [name for name in archive.getnames() if "secret" in name]


def test_a_backup_overwrites_nothing(backup, settings, tmp_path):
    with pytest.raises(BackupRefused, match="已经存在,不覆盖"):
        back_up(backup)
    with pytest.raises(BackupRefused, match="已经有 6 个用户"):
        restore(backup)


def test_what_is_no_backup_or_half_of_one_is_told_from_one(backup, tmp_path):
    (tmp_path / "half").write_bytes(backup.read_bytes()[:5000])
    (tmp_path / "text").write_text("x")
    for name, told in (("half", "不是完整的备份文件"), ("text", "不是完整的备份文件"), ("none", "没有“.*”这个文件")):
        with pytest.raises(BackupRefused, match=told):
            restore(tmp_path / name)


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(cast, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(BackupRefused, match="磁盘空间"):
        back_up(tmp_path / "backup.tar.gz")
    assert not list(tmp_path.glob("backup*"))
