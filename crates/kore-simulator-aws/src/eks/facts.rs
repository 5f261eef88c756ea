//! What a request to EKS names has to be there, and fit: subnets, security groups, roles, keys and launch templates, looked up
//! in moto.

use serde_json::{Value, json};

use super::state::{Facts, Fields, invalid, text, texts, wrong_state};
use crate::{
    front::{Call, Front},
    iam::{
        authorize, gather,
        policy::{Asked, Context, Principal, trusts},
    },
    machines,
    moto::Place,
    refusal::Refusal,
    wire::tree,
};

/// # Errors
/// `InvalidParameterException` for what is not there or does not fit.
pub(super) async fn look(front: &Front, call: &Call, place: &Place, input: &Fields) -> Result<Facts, Refusal> {
    let cluster = if text(input, "name").is_empty() { text(input, "clusterName") } else { text(input, "name") };
    let config = input.get("resourcesVpcConfig");
    let mut facts = Facts::default();
    match call.operation.as_str() {
        "CreateCluster" => {
            facts = subnets(front, place, cluster, &texts(config.and_then(|config| config.get("subnetIds")))).await?;
            groups(front, place, cluster, config).await?;
            role(front, cluster, text(input, "roleArn"), "eks.amazonaws.com").await?;
            keys(front, place, cluster, input).await?;
        }
        "UpdateClusterConfig" => {
            let ids = texts(config.and_then(|config| config.get("subnetIds")));
            if !ids.is_empty() {
                facts = subnets(front, place, cluster, &ids).await?;
            }
            groups(front, place, cluster, config).await?;
        }
        "AssociateEncryptionConfig" => keys(front, place, cluster, input).await?,
        "CreateNodegroup" => {
            facts = subnets(front, place, cluster, &texts(input.get("subnets"))).await?;
            role(front, cluster, text(input, "nodeRole"), "ec2.amazonaws.com").await?;
            facts.template = template(front, call, place, cluster, input).await?;
        }
        "UpdateNodegroupVersion" => facts.template = template(front, call, place, cluster, input).await?,
        "CreateAddon" | "UpdateAddon" => {
            for association in input.get("podIdentityAssociations").and_then(Value::as_array).into_iter().flatten() {
                let arn = association.get("roleArn").and_then(Value::as_str).unwrap_or_default();
                role(front, cluster, arn, "pods.eks.amazonaws.com").await?;
            }
        }
        "CreatePodIdentityAssociation" | "UpdatePodIdentityAssociation" if input.contains_key("roleArn") => {
            role(front, cluster, text(input, "roleArn"), "pods.eks.amazonaws.com").await?;
        }
        "CreateAccessEntry" => principal(front, place, cluster, text(input, "principalArn")).await?,
        _ => {}
    }
    Ok(facts)
}

async fn subnets(front: &Front, place: &Place, cluster: &str, ids: &[String]) -> Result<Facts, Refusal> {
    let names: Vec<_> = (1..=ids.len()).map(|number| format!("SubnetId.{number}")).collect();
    let parameters: Vec<_> = names.iter().zip(ids).map(|(name, id)| (name.as_str(), id.as_str())).collect();
    if parameters.is_empty() {
        return Err(invalid(cluster, "Subnets must be specified"));
    }
    let answer = front.moto.query(place, "ec2", "DescribeSubnets", &parameters).await;
    let answer = answer.map_err(|refusal| invalid(cluster, &format!("{} (Service: Ec2)", refusal.message())))?;
    let tree = tree(&answer);
    let found = tree.get("subnetSet").and_then(Value::as_array).cloned().unwrap_or_default();
    let all = |name: &str| {
        let mut values: Vec<_> =
            found.iter().filter_map(|subnet| subnet.get(name).and_then(Value::as_str)).map(str::to_owned).collect();
        values.sort();
        values.dedup();
        values
    };
    match all("vpcId").as_slice() {
        [vpc] => Ok(Facts { vpc: Some(vpc.clone()), zones: all("availabilityZone").len(), ..Facts::default() }),
        _ => Err(invalid(cluster, "Subnets must belong to the same VPC")),
    }
}

async fn groups(front: &Front, place: &Place, cluster: &str, config: Option<&Value>) -> Result<(), Refusal> {
    for id in texts(config.and_then(|config| config.get("securityGroupIds"))) {
        let answer = front.moto.query(place, "ec2", "DescribeSecurityGroups", &[("GroupId.1", &id)]).await;
        answer.map_err(|_| invalid(cluster, &format!("The security group ID '{id}' does not exist")))?;
    }
    Ok(())
}

/// A role that is there and that the service may take.
async fn role(front: &Front, cluster: &str, arn: &str, service: &str) -> Result<(), Refusal> {
    let refused = || {
        let message = format!(
            "Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is not correct"
        );
        invalid(cluster, &message)
    };
    let role = gather::role_by_arn(&front.moto, arn).await.map_err(|_| refused())?;
    let context = Context::new();
    let asked = |action| Asked { action, resource: arn, context: &context };
    let actions: &[&str] =
        if service.starts_with("pods.") { &["sts:AssumeRole", "sts:TagSession"] } else { &["sts:AssumeRole"] };
    if actions.iter().all(|action| trusts(&role.trust, &Principal::Service(service), asked(action))) {
        Ok(())
    } else {
        Err(refused())
    }
}

/// A launch template that is there, that has nothing in it which the node group says, and that the sender may launch machines by
/// (EKS User Guide, "Customize managed nodes with launch templates").
async fn template(
    front: &Front,
    call: &Call,
    place: &Place,
    cluster: &str,
    input: &Fields,
) -> Result<Option<Value>, Refusal> {
    let Some(said) = input.get("launchTemplate") else { return Ok(None) };
    let part = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default();
    let named = match (part("id"), part("name")) {
        (id, "") if !id.is_empty() => ("LaunchTemplateId", id),
        ("", name) if !name.is_empty() => ("LaunchTemplateName", name),
        _ => {
            let either = "You must specify either the launch template ID or the launch template name, but not both.";
            return Err(invalid(cluster, either));
        }
    };
    let Some(found) = machines::template(front, place, named, part("version")).await? else {
        return Err(invalid(cluster, &format!("Launch template {} of this version does not exist.", named.1)));
    };
    let text = |name: &str| found.get(name).and_then(Value::as_str).unwrap_or_default();
    let data = found.get("launchTemplateData").cloned().unwrap_or_default();
    let interfaces = data.get("networkInterfaceSet").and_then(Value::as_array).cloned().unwrap_or_default();
    let has_subnet = interfaces.iter().any(|one| one.get("subnetId").is_some());
    for (is_there, what) in [
        (has_subnet, "SubnetId"),
        (data.get("iamInstanceProfile").is_some(), "IamInstanceProfile"),
        (data.get("instanceType").is_some() && input.contains_key("instanceTypes"), "InstanceType"),
        (data.get("imageId").is_some() && input.contains_key("amiType"), "ImageId"),
    ] {
        if is_there {
            return Err(invalid(cluster, &format!("{what} should not be specified in the launch template.")));
        }
    }
    let (id, name, version) = (text("launchTemplateId"), text("launchTemplateName"), text("versionNumber"));
    if front.settings().enforce {
        launches(front, call, cluster, id).await?;
    }
    Ok(Some(json!({ "id": id, "name": name, "version": version })))
}

/// Whoever names a launch template has to be allowed to run machines by it.
async fn launches(front: &Front, call: &Call, cluster: &str, id: &str) -> Result<(), Refusal> {
    let here = |rest: &str| format!("arn:aws:ec2:{}:{}:{rest}", call.scope.region, call.identity.account);
    let template = here(&format!("launch-template/{id}"));
    let filter = [("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", id)];
    let tags = tree(&front.moto.query(&call.place(), "ec2", "DescribeTags", &filter).await?);
    let mut context = Context::from([("ec2:launchtemplate".to_owned(), vec![template.clone()])]);
    for tag in tags.get("tagSet").and_then(Value::as_array).into_iter().flatten() {
        let part = |name: &str| tag.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        context.insert(format!("aws:ResourceTag/{}", part("key")).to_lowercase(), vec![part("value")]);
    }
    for resource in [template, here("instance/*")] {
        let asked = Asked { action: "ec2:RunInstances", resource: &resource, context: &context };
        let allowed = authorize::allowed(front, &call.identity, "ec2", asked).await;
        allowed.map_err(|_| {
            wrong_state(cluster, "You are not authorized to launch instances with this launch template.")
        })?;
    }
    Ok(())
}

async fn keys(front: &Front, place: &Place, cluster: &str, input: &Fields) -> Result<(), Refusal> {
    for config in input.get("encryptionConfig").and_then(Value::as_array).into_iter().flatten() {
        if texts(config.get("resources")) != ["secrets"] {
            return Err(invalid(cluster, "The only supported value of encryptionConfig.resources is [secrets]"));
        }
        let arn = config
            .get("provider")
            .and_then(|provider| provider.get("keyArn"))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let answer = front.moto.json(place, "kms", "DescribeKey", &json!({ "KeyId": arn })).await;
        let state = answer.ok().and_then(|answer| {
            answer.get("KeyMetadata").and_then(|key| key.get("KeyState")).and_then(Value::as_str).map(str::to_owned)
        });
        if state.as_deref() != Some("Enabled") {
            return Err(invalid(cluster, &format!("The keyArn in encryptionConfig provider: {arn} is invalid")));
        }
    }
    Ok(())
}

/// A principal of an access entry exists; roles may be of other accounts, where that cannot be seen.
async fn principal(front: &Front, place: &Place, cluster: &str, arn: &str) -> Result<(), Refusal> {
    let refused = || invalid(cluster, "The specified principalArn is invalid: invalid principal");
    let account = crate::identity::account_of(arn).ok_or_else(refused)?;
    let (_, rest) = arn.split_once(&format!(":iam::{account}:")).ok_or_else(refused)?;
    let (kind, name) = (rest.split('/').next().unwrap_or_default(), rest.rsplit('/').next().unwrap_or_default());
    match kind {
        _ if account != place.account => Ok(()),
        "role" => gather::role_by_arn(&front.moto, arn).await.map(|_| ()).map_err(|_| refused()),
        "user" if name == "administrator" => Ok(()),
        "user" => {
            front.moto.query(place, "iam", "GetUser", &[("UserName", name)]).await.map(|_| ()).map_err(|_| refused())
        }
        _ => Err(refused()),
    }
}
