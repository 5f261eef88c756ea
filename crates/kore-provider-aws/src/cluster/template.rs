//! How the machines of a pool are started: a launch template of EC2. A version of one never changes, so what a pool is started
//! by is known by its number (EKS User Guide, "Customize managed nodes with launch templates"; EKS Best Practices Guide,
//! "Restrict access to the instance profile assigned to the worker node").

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_sdk_eks::types::VpcConfigResponse;
use kore_api::plan::{AwsImage, AwsNodePool};
use kore_engine::{
    component::{Observed, Progress},
    error::StepError,
    part::{Act, differs},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    answers::{Anything, Items, Tag},
    site::Site,
};
use crate::{
    error::{Meaning, Refusal, settled},
    permissions::{OWNER_TAG, Purpose},
};

/// Answers from the machine itself about who it is reach this far: not into pods, which are a hop behind it.
const HOPS: &str = "1";
const ROOT: &str = "/dev/xvda";
/// Where Bottlerocket has everything that is not itself: images, containers and their logs.
const DATA: &str = "/dev/xvdb";

/// The launch template of a pool; without what the pool should be, one that is to go.
pub(super) struct Template {
    pub(super) site: Arc<Site>,
    pub(super) pool: String,
    pub(super) wanted: Option<AwsNodePool>,
}

/// A launch template as EC2 has it.
#[derive(Debug, Clone)]
pub(super) struct Launch {
    pub(super) id: String,
    /// Numbers of its versions, each with what it was made of.
    versions: BTreeMap<u64, String>,
}

#[derive(Deserialize)]
struct Templates {
    #[serde(rename = "launchTemplates", default)]
    set: Items<Found>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "launchTemplateId")]
    id: String,
    #[serde(rename = "launchTemplateName")]
    name: String,
    #[serde(rename = "tagSet", default)]
    tags: Items<Tag>,
}

#[derive(Deserialize)]
struct Versions {
    #[serde(rename = "launchTemplateVersionSet", default)]
    set: Items<Version>,
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "versionNumber")]
    number: u64,
    #[serde(rename = "versionDescription", default)]
    description: String,
}

type Form = Vec<(String, String)>;

fn said(name: impl Into<String>, value: impl Into<String>) -> (String, String) {
    (name.into(), value.into())
}

/// What has these tags: the things of a kind that come with what the form asks for.
fn marked(at: &str, kind: &str, tags: BTreeMap<String, String>) -> Form {
    let mut form = vec![said(format!("{at}.ResourceType"), kind)];
    for ((key, value), number) in tags.into_iter().zip(1..) {
        form.push(said(format!("{at}.Tag.{number}.Key"), key));
        form.push(said(format!("{at}.Tag.{number}.Value"), value));
    }
    form
}

async fn described(site: &Site, filter: &str, value: &str) -> Result<Vec<Found>, Refusal> {
    let asked = [said("Filter.1.Name", filter), said("Filter.1.Value.1", value)];
    let answer: Templates = site.within(Purpose::Cluster).ec2("DescribeLaunchTemplates", &asked).await?;
    Ok(answer.set.items)
}

impl Template {
    fn name(&self) -> String {
        format!("{}-{}", self.site.names.cluster, self.pool)
    }

    /// Names of all pools of the cluster that there is one of ours for.
    pub(super) async fn all(site: &Site) -> Result<Vec<String>, StepError> {
        let name = &site.names.cluster;
        let found = described(site, &format!("tag:{OWNER_TAG}"), &site.names.owner).await;
        let found = found.map_err(|refusal| refusal.step(format!("look which launch templates {name} has")))?;
        let pool = |found: Found| found.name.strip_prefix(&format!("{name}-")).map(str::to_owned);
        Ok(found.into_iter().filter_map(pool).collect())
    }

    /// It as EC2 has it, as it was seen a while ago where it was.
    async fn find(&self) -> Result<Option<Launch>, StepError> {
        match self.site.view.template(&self.pool) {
            Some(launch) => Ok(Some(launch)),
            None => self.look().await,
        }
    }

    async fn look(&self) -> Result<Option<Launch>, StepError> {
        let name = self.name();
        let read = async {
            let Some(found) = described(&self.site, "launch-template-name", &name).await?.into_iter().next() else {
                return Ok(None);
            };
            let asked = [said("LaunchTemplateId", found.id.as_str())];
            let session = self.site.within(Purpose::Cluster);
            match session.ec2::<Versions>("DescribeLaunchTemplateVersions", &asked).await {
                Ok(versions) => Ok(Some((found, versions.set.items))),
                // It went in between.
                Err(refusal) if refusal.meaning == Meaning::NotFound => Ok(None),
                Err(refusal) => Err(refusal),
            }
        };
        let found: Result<_, Refusal> = read.await;
        let found = found.map_err(|refusal| refusal.step(format!("look at the launch template {name}")))?;
        let Some((Found { id, tags, .. }, versions)) = found else { return Ok(None) };
        let owner = tags.items.iter().find(|tag| tag.key == OWNER_TAG).map(|tag| tag.value.as_str());
        self.site.ours(&format!("the launch template {name}"), owner)?;
        let versions = versions.into_iter().map(|version| (version.number, version.description)).collect();
        let launch = Launch { id, versions };
        self.site.view.saw_template(&self.pool, launch.clone());
        Ok(Some(launch))
    }

    /// What it says, and what that is known by; none before the cluster has a security group, which nodes are in.
    async fn data(&self, wanted: &AwsNodePool) -> Result<Option<(Form, String)>, StepError> {
        let cluster = self.site.cluster().await?;
        let network = cluster.as_ref().and_then(|cluster| cluster.resources_vpc_config());
        let Some(group) = network.and_then(VpcConfigResponse::cluster_security_group_id) else { return Ok(None) };
        let mut data = vec![
            // Who a machine is, it says to whoever asks with a token alone, and to nobody behind it.
            said("MetadataOptions.HttpEndpoint", "enabled"),
            said("MetadataOptions.HttpTokens", "required"),
            said("MetadataOptions.HttpPutResponseHopLimit", HOPS),
            said("NetworkInterface.1.DeviceIndex", "0"),
            said("NetworkInterface.1.AssociatePublicIpAddress", "false"),
            said("NetworkInterface.1.DeleteOnTermination", "true"),
            said("NetworkInterface.1.SecurityGroupId.1", group),
        ];
        let size = Some(wanted.disk_gib);
        let disks = match wanted.image {
            // The system's own disk has the size of its image.
            AwsImage::Bottlerocket | AwsImage::BottlerocketArm => vec![(ROOT, None), (DATA, size)],
            AwsImage::AmazonLinux | AwsImage::AmazonLinuxArm => vec![(ROOT, size)],
        };
        for ((device, size), number) in disks.into_iter().zip(1..) {
            let at = format!("BlockDeviceMapping.{number}");
            data.push(said(format!("{at}.DeviceName"), device));
            data.push(said(format!("{at}.Ebs.VolumeType"), "gp3"));
            data.push(said(format!("{at}.Ebs.Encrypted"), "true"));
            data.push(said(format!("{at}.Ebs.DeleteOnTermination"), "true"));
            data.extend(size.map(|size| said(format!("{at}.Ebs.VolumeSize"), size.to_string())));
        }
        let mut tags = self.site.names.tags();
        tags.insert("Name".to_owned(), self.name());
        for (kind, number) in ["instance", "volume"].into_iter().zip(1..) {
            data.extend(marked(&format!("TagSpecification.{number}"), kind, tags.clone()));
        }
        let digest = hex::encode(Sha256::digest(format!("{data:?}")));
        let data = data.into_iter().map(|(name, value)| (format!("LaunchTemplateData.{name}"), value)).collect();
        Ok(Some((data, digest.get(..16).unwrap_or_default().to_owned())))
    }

    /// The template's id and the version that the pool is to be started by; none before they are there.
    pub(super) async fn version(&self, wanted: &AwsNodePool) -> Result<Option<(String, String)>, StepError> {
        let (Some(launch), Some((_, digest))) = (self.find().await?, self.data(wanted).await?) else { return Ok(None) };
        Ok(launch.made_of(&digest).map(|number| (launch.id.clone(), number.to_string())))
    }

    async fn make(&self, data: Form, digest: String) -> Result<(), Refusal> {
        let mut form = vec![said("LaunchTemplateName", self.name()), said("VersionDescription", digest)];
        form.extend(data);
        form.extend(marked("TagSpecification.1", "launch-template", self.site.names.tags()));
        let session = self.site.within(Purpose::Cluster);
        match session.ec2::<Anything>("CreateLaunchTemplate", &form).await {
            // Somebody was faster, or the answer to an earlier request was lost: what is there is looked at next.
            Err(refusal) if refusal.meaning == Meaning::Exists => Ok(()),
            other => other.map(drop),
        }
    }

    async fn add(&self, launch: &Launch, data: Form, digest: String) -> Result<(), Refusal> {
        let mut form = vec![said("LaunchTemplateId", launch.id.as_str()), said("VersionDescription", digest)];
        form.extend(data);
        let session = self.site.within(Purpose::Cluster);
        settled(session.ec2::<Anything>("CreateLaunchTemplateVersion", &form).await.map(drop))
    }
}

impl Launch {
    /// The first version that was made of this: one that somebody else copied comes after it.
    fn made_of(&self, digest: &str) -> Option<u64> {
        self.versions.iter().find(|(_, description)| *description == digest).map(|(number, _)| *number)
    }
}

fn unknown_group() -> String {
    "the security group of the cluster".to_owned()
}

#[async_trait]
impl Act for Template {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(launch) = self.look().await? else { return Ok(Observed::Absent) };
        let Some(wanted) = &self.wanted else { return Ok(Observed::Ready) };
        Ok(match self.data(wanted).await? {
            None => Observed::Waiting { reason: unknown_group() },
            Some((_, digest)) if launch.made_of(&digest).is_some() => Observed::Ready,
            Some(_) => differs(vec!["no version of it is as nodes are started now".to_owned()]),
        })
    }

    async fn apply(&self) -> Result<Progress, StepError> {
        let Some(wanted) = &self.wanted else { return Ok(Progress::Applied) };
        let Some((data, digest)) = self.data(wanted).await? else {
            return Ok(Progress::Waiting { reason: unknown_group() });
        };
        let done = match self.look().await? {
            None => self.make(data, digest).await,
            Some(launch) if launch.made_of(&digest).is_none() => self.add(&launch, data, digest).await,
            Some(_) => Ok(()),
        };
        done.map_err(|refusal| refusal.step(format!("make the launch template {}", self.name())))?;
        Ok(Progress::Applied)
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some(launch) = self.look().await? else { return Ok(Progress::Applied) };
        let asked = [said("LaunchTemplateId", launch.id)];
        let gone = self.site.within(Purpose::Cluster).ec2::<Anything>("DeleteLaunchTemplate", &asked).await;
        settled(gone.map(drop))
            .map_err(|refusal| refusal.step(format!("remove the launch template {}", self.name())))?;
        Ok(Progress::Applied)
    }
}
