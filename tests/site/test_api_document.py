"""The interface against its own document: what the document allows is asked, in form and out of form."""

import os
import socket

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chuanzhu_site.accounts.models import ApiToken
from chuanzhu_site.documentation import described
from chuanzhu_site.market import actions, index
from chuanzhu_site.market.hooks import addresses
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.models import Match
from chuanzhu_site.wsgi import application

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("CHUANZHU_API_EXAMPLES", "5"))
IN_FORM = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
OUT_OF_FORM = (*IN_FORM, negative_data_rejection)
SCHEMA = schemathesis.openapi.from_dict(described())
SCHEMA.app = application
OPERATIONS = [(method.upper(), path) for path, operations in described()["paths"].items() for method in operations]
ASKED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def things(cast, demand, supply, token, monkeypatch):
    """Real things by what their address begins with, and the headers of who may use them."""

    def unknown(*_given, **_options):
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", unknown)
    for kind in KINDS.values():
        if kind.side == "supply":
            index.rebuild(kind.code)
    reason = {"code": "product", "points": 60.0, "text": "对得上", "asked": "车轮", "offered": "车轮"}
    match = Match.objects.create(demand=demand, supply=supply, score=60.0, rank=1, reasons=[reason])
    engagement = actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)
    headers = {"Authorization": f"Bearer {token(cast.weihua, cast.crane)}"}
    ApiToken.objects.update(per_minute=1_000_000)
    references = {"listings": demand, "matches": match, "engagements": engagement}
    return headers, {name: one.reference for name, one in references.items()}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_call_is_answered_by_a_fault_or_by_what_the_document_does_not_name(things, method, path, mode):
    headers, references = things
    operation = SCHEMA[path][method]
    checks = IN_FORM if mode == GenerationMode.POSITIVE else OUT_OF_FORM

    @ASKED
    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    def ask(case, is_real):
        kind = path.split("/")[3]
        replaced = is_real and mode == GenerationMode.POSITIVE and kind in references
        if replaced and "reference" in (case.path_parameters or {}):
            case.path_parameters["reference"] = references[kind]
        case.call_and_validate(headers=headers, checks=checks)

    ask()


def test_the_document_is_of_openapi_3_1_and_names_each_operation_once():
    document = described()
    assert document["openapi"] == "3.1.0"
    names = [one["operationId"] for operations in document["paths"].values() for one in operations.values()]
    assert len(names) == len(set(names)) == len(OPERATIONS)
    assert all(one["x-scope"] for operations in document["paths"].values() for one in operations.values())
