"""Who is let in, and as whom."""

import http.server
import json
import threading
import time
import urllib.parse
import urllib.request

from joserfc import jwk, jwt

from outside import ADMINISTRATOR, MANAGEMENT, URL, administrator, client, control, refused, tests, trusting

TEAM = "111111111111"


class Issuer:
    """Publishes a key, and signs with it."""

    def __init__(self):
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                documents = {
                    "/.well-known/openid-configuration": {"issuer": issuer.url, "jwks_uri": issuer.url + "/keys"},
                    "/keys": {"keys": [issuer.key.as_dict(private=False)]},
                }
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(documents[self.path]).encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, key=None, **claims):
        now = int(time.time())
        claims = {"iss": self.url, "sub": "kore", "aud": "sts.amazonaws.com", "iat": now, "exp": now + 600} | claims
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key or self.key)


def make_role(iam, name, trust, **more):
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **more)["Role"]["Arn"]


def test_unknown_keys_are_refused_in_each_protocol():
    nobody = {"AccessKeyId": "AKIANOBODY", "SecretAccessKey": "x"}
    refused("InvalidClientTokenId", client("sts", nobody).get_caller_identity)
    refused("InvalidClientTokenId", client("iam", nobody).list_roles)
    refused("InvalidClientTokenId", client("route53", nobody).list_hosted_zones)
    refused("AuthFailure", client("ec2", nobody).describe_vpcs)
    refused("UnrecognizedClientException", client("organizations", nobody).list_accounts)
    refused("UnrecognizedClientException", client("eks", nobody).list_clusters)


def test_the_administrator_is_in_the_management_account_or_where_he_was_put():
    assert client("sts").get_caller_identity()["Account"] == MANAGEMENT
    assert client("sts", administrator(TEAM)).get_caller_identity()["Account"] == TEAM
    client("ec2", administrator(TEAM)).create_vpc(CidrBlock="10.9.0.0/16")
    ranges = [vpc["CidrBlock"] for vpc in client("ec2").describe_vpcs()["Vpcs"]]
    assert "10.9.0.0/16" not in ranges, ranges


def test_only_roles_that_are_there_and_trust():
    sts = client("sts")
    denied = {"RoleSessionName": "me", "RoleArn": f"arn:aws:iam::{TEAM}:role/nobody"}
    assert "not authorized to perform: sts:AssumeRole" in refused("AccessDenied", sts.assume_role, **denied)["Error"]["Message"]
    iam = client("iam", administrator(TEAM))
    open_ = make_role(iam, "open", trusting({"AWS": MANAGEMENT}), Path="/kore/")
    closed = make_role(iam, "closed", trusting({"Service": "eks.amazonaws.com"}))
    secret = make_role(iam, "secret", trusting({"AWS": MANAGEMENT}, StringEquals={"sts:ExternalId": "xyz"}))
    refused("AccessDenied", sts.assume_role, RoleArn=closed, RoleSessionName="me")
    refused("AccessDenied", sts.assume_role, RoleArn=open_.replace("/kore/", "/"), RoleSessionName="me")
    refused("AccessDenied", sts.assume_role, RoleArn=secret, RoleSessionName="me")
    sts.assume_role(RoleArn=secret, RoleSessionName="me", ExternalId="xyz")
    session = sts.assume_role(RoleArn=open_, RoleSessionName="me")["Credentials"]
    who = client("sts", session).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{TEAM}:assumed-role/open/me", who


def test_sessions_end_and_chains_are_short():
    iam = client("iam", administrator(TEAM))
    first = make_role(iam, "first", trusting({"AWS": MANAGEMENT}), MaxSessionDuration=7200)
    second = make_role(iam, "second", trusting({"AWS": first}), MaxSessionDuration=7200)
    session = client("sts").assume_role(RoleArn=first, RoleSessionName="me", DurationSeconds=7200)["Credentials"]
    refused("ValidationError", client("sts").assume_role, RoleArn=first, RoleSessionName="me", DurationSeconds=7201)
    chain = client("sts", session)
    refused("ValidationError", chain.assume_role, RoleArn=second, RoleSessionName="too", DurationSeconds=3601)
    chained = chain.assume_role(RoleArn=second, RoleSessionName="too", DurationSeconds=3600)["Credentials"]
    control("POST", "clock", {"advanceSeconds": 3600})
    refused("ExpiredToken", client("sts", chained).get_caller_identity)
    refused("RequestExpired", client("ec2", chained).describe_vpcs)
    refused("ExpiredTokenException", client("eks", chained).list_clusters)
    refused("ExpiredTokenException", client("kms", chained).list_keys)
    client("sts", session).get_caller_identity()


def test_tokens_of_an_issuer_are_checked():
    issuer = Issuer()
    bare = issuer.url.removeprefix("https://")
    iam = client("iam", administrator(TEAM))
    provider = f"arn:aws:iam::{TEAM}:oidc-provider/{bare}"
    trust = trusting(
        {"Federated": provider},
        "sts:AssumeRoleWithWebIdentity",
        StringEquals={f"{bare}:sub": "kore", f"{bare}:aud": "sts.amazonaws.com"},
    )
    role = make_role(iam, "kore-network", trust)
    assume = client("sts").assume_role_with_web_identity
    wanted = {"RoleArn": role, "RoleSessionName": "me"}
    refused("InvalidIdentityToken", assume, WebIdentityToken=issuer.token(), **wanted)
    iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    session = assume(WebIdentityToken=issuer.token(), **wanted)
    assert client("sts", session["Credentials"]).get_caller_identity()["Account"] == TEAM
    other = jwk.RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256"})
    for code, token in [
        ("InvalidIdentityToken", issuer.token(key=other)),
        ("InvalidIdentityToken", issuer.token(aud="somebody")),
        ("InvalidIdentityToken", "rubbish"),
        ("ExpiredTokenException", issuer.token(exp=1)),
        ("AccessDenied", issuer.token(sub="somebody")),
    ]:
        refused(code, assume, WebIdentityToken=token, **wanted)
    nobody = f"arn:aws:iam::{TEAM}:role/nobody"
    refused("AccessDenied", assume, WebIdentityToken=issuer.token(), RoleArn=nobody, RoleSessionName="me")
    records = control("GET", "requests")
    assert not any("WebIdentityToken" in record["parameters"] for record in records)


def test_an_issuer_whose_keys_were_told_is_not_asked():
    issuer = Issuer()
    # Nobody reaches it, as a management cluster on somebody's machine.
    issuer.url = "https://kubernetes.default.svc.cluster.local"
    bare = issuer.url.removeprefix("https://")
    iam = client("iam", administrator(TEAM))
    iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    trust = trusting({"Federated": f"arn:aws:iam::{TEAM}:oidc-provider/{bare}"}, "sts:AssumeRoleWithWebIdentity")
    wanted = {"RoleArn": make_role(iam, "kore-network", trust), "RoleSessionName": "me"}
    assume = client("sts").assume_role_with_web_identity
    refused("InvalidIdentityToken", assume, WebIdentityToken=issuer.token(), **wanted)
    order = {"issuer": issuer.url, "jwks": {"keys": [issuer.key.as_dict(private=False)]}}
    control("POST", "issuers", order)
    assert [told["issuer"] for told in control("GET", "issuers")] == [issuer.url]
    session = assume(WebIdentityToken=issuer.token(), **wanted)
    assert client("sts", session["Credentials"]).get_caller_identity()["Account"] == TEAM
    other = jwk.RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256"})
    refused("InvalidIdentityToken", assume, WebIdentityToken=issuer.token(key=other), **wanted)
    control("POST", "reset")
    assert control("GET", "issuers") == []


def test_presigned_addresses_say_who_asks():
    iam = client("iam", administrator(TEAM))
    role = make_role(iam, "open", trusting({"AWS": MANAGEMENT}))
    session = client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    address = client("sts", session).generate_presigned_url("get_caller_identity")
    answer = urllib.request.urlopen(address).read().decode()
    assert "assumed-role/open/me" in answer, answer


def test_what_is_not_signed_is_refused():
    body = urllib.parse.urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"}).encode()
    try:
        urllib.request.urlopen(URL, data=body)
        raise AssertionError("answered")
    except urllib.error.HTTPError as error:
        assert error.code == 403 and b"MissingAuthenticationToken" in error.read()


def test_a_request_is_on_record():
    client("ec2").describe_vpcs()
    last = control("GET", "requests")[-1]
    assert (last["service"], last["operation"], last["account"], last["status"]) == ("ec2", "DescribeVpcs", MANAGEMENT, 200)


if __name__ == "__main__":
    tests(globals())
