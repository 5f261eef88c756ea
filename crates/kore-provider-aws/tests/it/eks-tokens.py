"""Makes eks-tokens.json: what botocore signs with these credentials at this moment. usage: python3 eks-tokens.py (needs botocore)"""
import base64, datetime, json
from unittest import mock
import botocore.auth, botocore.session
from botocore.credentials import Credentials
from botocore.signers import RequestSigner
from botocore.model import ServiceId

AT = datetime.datetime(2026, 11, 29, 12, 34, 56, tzinfo=datetime.timezone.utc)

def token(session_token, region, cluster):
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", session_token)
    session = botocore.session.get_session()
    signer = RequestSigner(ServiceId("STS"), region, "sts", "v4", credentials, session.get_component("event_emitter"))
    request = {
        "method": "GET", "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {}, "headers": {"x-k8s-aws-id": cluster}, "context": {},
    }
    with mock.patch("botocore.auth.get_current_datetime", return_value=AT):
        url = signer.generate_presigned_url(request, region_name=region, expires_in=60, operation_name="")
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("="), url

print(json.dumps([{ "session": s, "region": r, "cluster": c, "url": token(s, r, c)[1], "token": token(s, r, c)[0]} for s, r, c in [
    (None, "eu-central-1", "kore-payments-prod-1a2b"), ("FwoGZXIvYXdzE+/=example//token==", "us-east-1", "kore-fraud-dev-ffff")]], indent=1))
