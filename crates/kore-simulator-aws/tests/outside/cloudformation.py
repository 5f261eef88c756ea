"""Stacks: those that the AWS provider applies, of templates that it makes."""

import json
import pathlib

from outside import MANAGEMENT, REGION, administrator, client, control, refused, tests, trusting

TEAM = "111111111111"
FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures"
FOUNDATION = (FIXTURES / "foundation.json").read_text()
ROLES = (FIXTURES / "roles.json").read_text()


class Account:
    """An account with Kore's roles in it, made by their stack, and the role that works for stacks."""

    def __init__(self):
        credentials = administrator(TEAM)
        self.cfn, self.ec2, self.iam = (client(name, credentials) for name in ("cloudformation", "ec2", "iam"))
        self.cfn.create_stack(
            StackName="kore-roles", TemplateBody=ROLES, Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": "Regions", "ParameterValue": REGION}],
        )
        self.seen("kore-roles", "CREATE_COMPLETE")
        self.role = f"arn:aws:iam::{TEAM}:role/kore-cfn-exec"

    def wanted(self, **more):
        return {
            "StackName": "kore-dev",
            "TemplateBody": FOUNDATION,
            "RoleARN": self.role,
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "ClientRequestToken": "token-1",
            "Tags": [{"Key": "kore:cluster", "Value": "dev"}, {"Key": "kore:owner", "Value": "i/o"}],
        } | more

    def described(self, name):
        return self.cfn.describe_stacks(StackName=name)["Stacks"][0]

    def seen(self, name, after):
        """The stack, once it is so."""
        states = []
        for _ in range(12):
            stack = self.described(name)
            states.append(stack["StackStatus"])
            if stack["StackStatus"] == after:
                return stack
        raise AssertionError(f"never {after}: {states}, {self.failures(name)}")

    def failures(self, name):
        events = self.cfn.describe_stack_events(StackName=name)["StackEvents"]
        return [(it["LogicalResourceId"], it.get("ResourceStatusReason")) for it in events if "FAILED" in it["ResourceStatus"]]

    def gone(self, name):
        for _ in range(6):
            try:
                self.described(name)
            except Exception as error:
                assert "does not exist" in str(error)
                return
        raise AssertionError(f"still there: {self.described(name)} {self.failures(name)}")


def test_the_foundation_is_made_shown_and_removed():
    account = Account()
    before = control("GET", "world")
    stack_id = account.cfn.create_stack(**account.wanted())["StackId"]
    assert account.cfn.create_stack(**account.wanted())["StackId"] == stack_id
    refused("AlreadyExistsException", account.cfn.create_stack, **account.wanted(ClientRequestToken="token-2"))
    assert account.described("kore-dev")["StackStatus"] == "CREATE_IN_PROGRESS"
    half = len(account.cfn.describe_stack_resources(StackName="kore-dev")["StackResources"])
    stack = account.seen("kore-dev", "CREATE_COMPLETE")
    resources = account.cfn.describe_stack_resources(StackName="kore-dev")["StackResources"]
    assert 0 < half < len(resources) == len(json.loads(FOUNDATION)["Resources"])
    outputs = {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"]}
    subnets = outputs["PrivateSubnets"].split(",")
    vpc = account.ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    assert vpc == outputs["Vpc"] and len(subnets) == 3
    tags = {tag["Key"]: tag["Value"] for tag in account.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"]}
    assert tags["kore:cluster"] == "dev" and tags["aws:cloudformation:logical-id"] == "Vpc", tags
    role = account.iam.get_role(RoleName=outputs["ClusterRole"].split("/")[-1])["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith("policy/kore-boundary")
    shown = account.cfn.get_template(StackName="kore-dev")["TemplateBody"]
    assert shown == json.loads(FOUNDATION), shown
    asked = [it for it in control("GET", "requests") if it["by"] == "cloudformation" and it["role"] == "kore-cfn-exec"]
    assert {"CreateVpc", "CreateNatGateway", "CreateRole", "CreateKey"} <= {it["operation"] for it in asked}

    account.cfn.update_termination_protection(StackName="kore-dev", EnableTerminationProtection=True)
    refused("ValidationError", account.cfn.delete_stack, StackName="kore-dev")
    account.cfn.update_termination_protection(StackName="kore-dev", EnableTerminationProtection=False)
    account.cfn.delete_stack(StackName="kore-dev")
    assert account.described("kore-dev")["StackStatus"] == "DELETE_IN_PROGRESS"
    account.gone("kore-dev")
    assert account.cfn.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    assert control("GET", "world") == before


def test_a_failure_rolls_back():
    account = Account()
    control("POST", "faults", {"service": "ec2", "operation": "CreateNatGateway", "kind": "quota", "skip": 1})
    before = control("GET", "world")
    account.cfn.create_stack(**account.wanted())
    stack = account.seen("kore-dev", "ROLLBACK_COMPLETE")
    assert "failed to create" in stack["StackStatusReason"], stack
    assert any("NatGatewayLimitExceeded" in (reason or "") for _, reason in account.failures("kore-dev"))
    refused("AlreadyExistsException", account.cfn.create_stack, **account.wanted(ClientRequestToken="token-2"))
    refused("ValidationError", account.cfn.update_stack, **account.wanted(ClientRequestToken="token-3"))
    account.cfn.delete_stack(StackName="kore-dev")
    account.gone("kore-dev")
    assert control("GET", "world") == before
    control("POST", "faults", {"service": "ec2", "operation": "CreateVpcEndpoint", "kind": "throttled"})
    account.cfn.create_stack(**account.wanted(OnFailure="DELETE", ClientRequestToken="token-4"))
    account.gone("kore-dev")
    assert control("GET", "world") == before


def test_what_is_used_stays_and_is_named():
    account = Account()
    account.cfn.create_stack(**account.wanted())
    outputs = {it["OutputKey"]: it["OutputValue"] for it in account.seen("kore-dev", "CREATE_COMPLETE")["Outputs"]}
    subnet = outputs["PrivateSubnets"].split(",")[0]
    eni = account.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    account.cfn.delete_stack(StackName="kore-dev")
    stack = account.seen("kore-dev", "DELETE_FAILED")
    assert "PrivateSubnet" in stack["StackStatusReason"], stack
    assert any("DependencyViolation" in (reason or "") for _, reason in account.failures("kore-dev"))
    refused("DependencyViolation", account.ec2.delete_subnet, SubnetId=subnet)
    account.ec2.delete_network_interface(NetworkInterfaceId=eni)
    account.cfn.delete_stack(StackName="kore-dev")
    account.gone("kore-dev")


def test_requests_that_make_no_sense():
    account = Account()
    create = account.cfn.create_stack
    refused("InsufficientCapabilitiesException", create, **account.wanted(Capabilities=["CAPABILITY_IAM"]))
    refused("ValidationError", create, **account.wanted(RoleARN=account.role + "x"))
    refused("ValidationError", create, **account.wanted(RoleARN=f"arn:aws:iam::{TEAM}:role/kore-info"))
    refused("ValidationError", create, **account.wanted(TemplateBody="{"))
    def template(kind, properties):
        return json.dumps({"Resources": {"A": {"Type": kind, "Properties": properties}}})
    refused("ValidationError", create, **account.wanted(TemplateBody=template("AWS::EC2::Moon", {})))
    refused("ValidationError", create, **account.wanted(TemplateBody=template("AWS::EC2::VPC", {"Cidr": "x"})))
    refused("ValidationError", account.described, name="kore-dev")
    account.cfn.delete_stack(StackName="kore-dev")


def test_an_update_changes_what_differs():
    account = Account()
    account.cfn.create_stack(**account.wanted())
    account.seen("kore-dev", "CREATE_COMPLETE")
    refused("ValidationError", account.cfn.update_stack, **account.wanted(ClientRequestToken="token-2"))
    template = json.loads(FOUNDATION)
    template["Resources"]["ClusterLogs"]["Properties"]["RetentionInDays"] = 30
    del template["Resources"]["Storage"]
    change = account.wanted(TemplateBody=json.dumps(template), ClientRequestToken="token-3")
    vpc = [it["PhysicalResourceId"] for it in account.cfn.describe_stack_resources(StackName="kore-dev", LogicalResourceId="Vpc")["StackResources"]]
    account.cfn.update_stack(**change)
    assert account.described("kore-dev")["StackStatus"] == "UPDATE_IN_PROGRESS"
    refused("ValidationError", account.cfn.update_stack, **(change | {"ClientRequestToken": "token-4"}))
    account.seen("kore-dev", "UPDATE_COMPLETE")
    groups = client("logs", administrator(TEAM)).describe_log_groups(logGroupNamePrefix="/aws/eks/")["logGroups"]
    assert 30 in [group["retentionInDays"] for group in groups]
    assert [it["State"] for it in account.ec2.describe_vpc_endpoints()["VpcEndpoints"]] == ["deleted"]
    resources = account.cfn.describe_stack_resources(StackName="kore-dev")["StackResources"]
    assert vpc == [it["PhysicalResourceId"] for it in resources if it["LogicalResourceId"] == "Vpc"]


def test_an_update_that_fails_goes_back():
    account = Account()
    before = control("GET", "world")
    account.cfn.create_stack(**account.wanted())
    account.seen("kore-dev", "CREATE_COMPLETE")
    made = control("GET", "world")["accounts"]
    template = json.loads(FOUNDATION)
    for name in ("More", "Most"):
        group = {"LogGroupName": f"/aws/eks/kore-{name}"}
        template["Resources"][name] = {"Type": "AWS::Logs::LogGroup", "Properties": group}
    template["Resources"]["Most"]["DependsOn"] = "More"
    control("POST", "faults", {"service": "logs", "operation": "CreateLogGroup", "kind": "quota", "skip": 1})
    account.cfn.update_stack(**account.wanted(TemplateBody=json.dumps(template), ClientRequestToken="token-2"))
    stack = account.seen("kore-dev", "UPDATE_ROLLBACK_COMPLETE")
    assert "Most" in stack["StackStatusReason"] and control("GET", "world")["accounts"] == made
    assert account.cfn.get_template(StackName="kore-dev")["TemplateBody"] == json.loads(FOUNDATION)
    account.cfn.delete_stack(StackName="kore-dev")
    account.gone("kore-dev")
    assert control("GET", "world") == before


def test_what_went_missing_is_drift():
    account = Account()
    account.cfn.create_stack(**account.wanted())
    outputs = {it["OutputKey"]: it["OutputValue"] for it in account.seen("kore-dev", "CREATE_COMPLETE")["Outputs"]}
    def drift():
        detection = account.cfn.detect_stack_drift(StackName="kore-dev")["StackDriftDetectionId"]
        return account.cfn.describe_stack_drift_detection_status(StackDriftDetectionId=detection)["StackDriftStatus"]
    assert drift() == "IN_SYNC"
    account.ec2.delete_subnet(SubnetId=outputs["PrivateSubnets"].split(",")[0])
    assert drift() == "DRIFTED"


if __name__ == "__main__":
    tests(globals())
