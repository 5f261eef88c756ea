"""Accounts and zones: what takes its time, and fails."""

import json

from outside import client, control, refused, tests


def organization():
    org = client("organizations", region="us-east-1")
    org.create_organization(FeatureSet="ALL")
    return org


def asked(org, email, name="team"):
    return org.create_account(Email=email, AccountName=name)["CreateAccountStatus"]


def ended(org, request):
    states = []
    for _ in range(4):
        status = org.describe_create_account_status(CreateAccountRequestId=request["Id"])["CreateAccountStatus"]
        states.append(status["State"])
        if status["State"] != "IN_PROGRESS":
            assert states[:-1] == ["IN_PROGRESS"] * 2, states
            return status
    raise AssertionError(states)


def test_an_account_takes_its_time():
    org = organization()
    request = asked(org, "a@example.com")
    assert request["State"] == "IN_PROGRESS" and "AccountId" not in request
    assert len(org.list_accounts()["Accounts"]) == 1
    assert len(org.list_create_account_status(States=["IN_PROGRESS"])["CreateAccountStatuses"]) == 1
    account = ended(org, request)["AccountId"]
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    session = client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    assert client("sts", session).get_caller_identity()["Account"] == account
    assert ended_states(org) == ["SUCCEEDED"]
    refused("CreateAccountStatusNotFoundException", org.describe_create_account_status, CreateAccountRequestId="car-00000000")


def ended_states(org):
    return [it["State"] for it in org.list_create_account_status()["CreateAccountStatuses"]]


def test_it_fails_with_a_reason():
    org = organization()
    ended(org, asked(org, "a@example.com"))
    assert ended(org, asked(org, "A@example.com"))["FailureReason"] == "EMAIL_ALREADY_EXISTS"
    control("POST", "accounts", {"failure": "CONCURRENT_ACCOUNT_MODIFICATION"})
    assert ended(org, asked(org, "b@example.com"))["FailureReason"] == "CONCURRENT_ACCOUNT_MODIFICATION"
    control("PUT", "settings", {"quotas": {"accounts": 2}})
    assert ended(org, asked(org, "c@example.com"))["FailureReason"] == "ACCOUNT_LIMIT_EXCEEDED"
    assert len(org.list_accounts()["Accounts"]) == 2


def test_few_accounts_are_closed():
    org = organization()
    accounts = [ended(org, asked(org, f"{name}@example.com"))["AccountId"] for name in "ab"]
    control("PUT", "settings", {"quotas": {"closures": 1}})
    org.close_account(AccountId=accounts[0])
    error = refused("ConstraintViolationException", org.close_account, AccountId=accounts[1])
    assert error.get("Reason") == "CLOSE_ACCOUNT_QUOTA_EXCEEDED", error


def test_zones_take_their_time_and_stay_while_used():
    dns = client("route53")
    made = dns.create_hosted_zone(Name="dev.example.com", CallerReference="one")
    zone = made["HostedZone"]["Id"]
    refused("HostedZoneAlreadyExists", dns.create_hosted_zone, Name="dev.example.com", CallerReference="one")
    assert made["ChangeInfo"]["Status"] == "PENDING"
    def change(action):
        record = {"Name": "a.dev.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        return dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]["Id"]
    id_ = change("UPSERT")
    states = [dns.get_change(Id=id_)["ChangeInfo"]["Status"] for _ in range(3)]
    assert states == ["PENDING", "PENDING", "INSYNC"], states
    refused("NoSuchChange", dns.get_change, Id="C0")
    refused("HostedZoneNotEmpty", dns.delete_hosted_zone, Id=zone)
    change("DELETE")
    dns.delete_hosted_zone(Id=zone)


def test_quotas_are_told_and_enforced():
    quotas, ec2 = client("service-quotas"), client("ec2")
    control("PUT", "settings", {"quotas": {"vpcs": 2}})
    told = quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"]
    assert told == 2 and quotas.get_aws_default_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"] == 5
    assert len(quotas.list_service_quotas(ServiceCode="eks")["Quotas"]) == 3
    refused("NoSuchResourceException", quotas.get_service_quota, ServiceCode="vpc", QuotaCode="L-0")
    # The account's default VPC is the first.
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    refused("VpcLimitExceeded", ec2.create_vpc, CidrBlock="10.1.0.0/16")
    for _ in range(5):
        ec2.allocate_address(Domain="vpc")
    refused("AddressLimitExceeded", ec2.allocate_address, Domain="vpc")


def test_products_have_prices():
    pricing = client("pricing", region="us-east-1")
    wanted = {"instanceType": "m6i.large", "operatingSystem": "Linux", "regionCode": "eu-central-1"}
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
    [product] = [json.loads(text) for text in pricing.get_products(ServiceCode="AmazonEC2", Filters=filters)["PriceList"]]
    [term] = product["terms"]["OnDemand"].values()
    [dimension] = term["priceDimensions"].values()
    assert dimension["unit"] == "Hrs" and float(dimension["pricePerUnit"]["USD"]) > 0
    assert len(pricing.get_products(ServiceCode="AmazonEKS")["PriceList"]) == 2
    refused("NotFoundException", pricing.get_products, ServiceCode="AmazonMoon")


if __name__ == "__main__":
    tests(globals())
