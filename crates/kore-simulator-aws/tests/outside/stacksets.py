"""Stack sets: the account roles, in every account of a unit."""

import json

from cloudformation import ROLES
from organization import asked, ended, organization
from outside import REGION, administrator, client, control, refused, tests

ACCESS = "member.org.stacksets.cloudformation.amazonaws.com"
SET = "kore-account-roles"


class Organization:
    def __init__(self):
        self.org, self.cfn = organization(), client("cloudformation")
        self.root = self.org.list_roots()["Roots"][0]["Id"]
        self.unit = self.org.create_organizational_unit(ParentId=self.root, Name="kore")["OrganizationalUnit"]["Id"]

    def account(self, name):
        account = ended(self.org, asked(self.org, f"{name}@example.com", name))["AccountId"]
        self.org.move_account(AccountId=account, SourceParentId=self.root, DestinationParentId=self.unit)
        return account

    def wanted(self, **more):
        return {
            "StackSetName": SET, "TemplateBody": ROLES, "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Parameters": [{"ParameterKey": "Regions", "ParameterValue": REGION}], "PermissionModel": "SERVICE_MANAGED",
            "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
        } | more

    def targets(self):
        return {"StackSetName": SET, "DeploymentTargets": {"OrganizationalUnitIds": [self.unit]}, "Regions": [REGION]}

    def operated(self, operation):
        states = []
        for _ in range(4):
            shown = self.cfn.describe_stack_set_operation(StackSetName=SET, OperationId=operation)["StackSetOperation"]
            states.append(shown["Status"])
        assert states == ["RUNNING", "RUNNING", "SUCCEEDED", "SUCCEEDED"], (states, self.instances())

    def instances(self):
        listed = self.cfn.list_stack_instances(StackSetName=SET)["Summaries"]
        return {it["Account"]: (it["Status"], it["StackInstanceStatus"]["DetailedStatus"], it.get("StatusReason")) for it in listed}


def roles(account):
    listed = client("iam", administrator(account)).list_roles()["Roles"]
    return {role["RoleName"] for role in listed if role["RoleName"].startswith("kore-")}


def test_roles_come_into_accounts_that_are_there_and_that_come():
    here = Organization()
    refused("ValidationError", here.cfn.create_stack_set, **here.wanted())
    here.org.enable_aws_service_access(ServicePrincipal=ACCESS)
    first = here.account("first")
    here.cfn.create_stack_set(**here.wanted())
    refused("NameAlreadyExistsException", here.cfn.create_stack_set, **here.wanted())
    operation = here.cfn.create_stack_instances(**here.targets())["OperationId"]
    refused("OperationInProgressException", here.cfn.create_stack_instances, **here.targets())
    here.operated(operation)
    assert here.instances() == {first: ("CURRENT", "SUCCEEDED", None)}
    assert "kore-cfn-exec" in roles(first)
    second = here.account("second")
    assert roles(second) == set()
    for _ in range(2):
        assert here.instances()[second][1] == "PENDING"
    assert here.instances()[second][:2] == ("CURRENT", "SUCCEEDED")
    assert roles(second) == roles(first)
    refused("StackSetNotEmptyException", here.cfn.delete_stack_set, StackSetName=SET)
    template = json.loads(ROLES)
    del template["Resources"]["ZoneRole"]
    update = here.cfn.update_stack_set(**here.wanted(TemplateBody=json.dumps(template)))["OperationId"]
    here.operated(update)
    assert "kore-dns" not in roles(first) | roles(second)
    here.operated(here.cfn.delete_stack_instances(**here.targets(), RetainStacks=False)["OperationId"])
    assert here.instances() == {} and roles(first) == set()
    here.cfn.delete_stack_set(StackSetName=SET)
    refused("StackSetNotFoundException", here.cfn.describe_stack_set, StackSetName=SET)


if __name__ == "__main__":
    tests(globals())
