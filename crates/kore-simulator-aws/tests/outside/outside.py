"""What the scripts here have in common: clients that are pointed at the simulator, its control API, expectations."""

import json
import sys
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

URL = sys.argv[1].rstrip("/")
REGION = "eu-central-1"
MANAGEMENT = "123456789012"
ADMINISTRATOR = {"AccessKeyId": "AKIAKOREADMINISTRATOR", "SecretAccessKey": "any"}
# No repetitions: a test sees what the first answer was.
ONCE = botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=60)


def client(service, credentials=ADMINISTRATOR, region=REGION):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=URL,
        config=ONCE,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
    )


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{URL}/_kore/{path}", data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def administrator(account):
    """Credentials for everything in an account."""
    return {"AccessKeyId": control("POST", "credentials", {"account": account})["accessKeyId"], "SecretAccessKey": "any"}


def refused(code, call, **parameters):
    """Expects a call to be refused with this code; the error."""
    try:
        answer = call(**parameters)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, f"{error.response['Error']} instead of {code}"
        return error.response
    raise AssertionError(f"answered instead of {code}: {answer}")


def trusting(principal, action="sts:AssumeRole", **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def tests(names):
    """Runs the functions of a script that are named `test_…`, each in a world of its own."""
    for name, test in list(names.items()):
        if name.startswith("test_"):
            control("POST", "reset")
            try:
                test()
            except BaseException:
                print(f"in {name}:", file=sys.stderr)
                raise
            print(f"{name}: ok")
