//! The access key that an installation for evaluation has. It is read each time that it is needed, so that another one can be
//! put in its place, and is kept nowhere else.

use std::{
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::PathBuf,
};

use aws_credential_types::Credentials;
use serde::Deserialize;
use tokio::{
    fs::{self, File},
    io::AsyncReadExt,
};

use crate::{
    error::{Meaning, Refusal},
    permissions::EVALUATOR,
};

/// Longest file that is read, in bytes; what IAM answers has a few hundred.
const LONGEST: u64 = 16 * 1024;

/// The user who may read everything anyway.
const ROOT: u32 = 0;

/// A file with what IAM answered when the key was made: `aws iam create-access-key > FILE`.
#[derive(Debug, Clone)]
pub struct KeyFile(pub PathBuf);

/// IAM API reference, `CreateAccessKey`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    access_key: AccessKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccessKey {
    access_key_id: String,
    secret_access_key: String,
}

impl KeyFile {
    /// What is said where AWS does not know the key: asking again is of no use, as it is of a credential that ended.
    pub(super) fn refused(&self, refusal: Refusal) -> Refusal {
        if refusal.meaning != Meaning::Expired {
            return refusal;
        }
        let message = format!("AWS does not take the access key in {}: {}", self.0.display(), refusal.message);
        Refusal { message, meaning: Meaning::Denied, ..refusal }
    }

    /// The key, unless others on this machine could have read it.
    pub(super) async fn read(&self) -> Result<Credentials, Refusal> {
        let path = self.0.display();
        let refused = |why: String| Refusal::new("AccessKey", &format!("the access key in {path} {why}"), 403);
        let told = |error: std::io::Error| refused(format!("cannot be read: {error}"));
        // To open what is no file may wait for somebody.
        if !fs::metadata(&self.0).await.map_err(told)?.is_file() {
            return Err(refused("is no file".to_owned()));
        }
        let mut file = File::open(&self.0).await.map_err(told)?;
        let about = file.metadata().await.map_err(told)?;
        let own = fs::metadata("/proc/self").await.map_err(told)?.uid();
        if ![ROOT, own].contains(&about.uid()) {
            return Err(refused(format!("is the file of another user ({}): make it Kore's own", about.uid())));
        }
        let mode = about.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(refused(format!(
                "may be read by others (mode {:o}): make another, and chmod 600",
                mode & 0o777
            )));
        }
        let mut text = String::new();
        (&mut file).take(LONGEST).read_to_string(&mut text).await.map_err(told)?;
        // Why exactly is not said: it could cite the key.
        let Ok(Answer { access_key: key }) = serde_json::from_str(&text) else {
            return Err(refused(format!("is not what `aws iam create-access-key --user-name {EVALUATOR}` answers")));
        };
        Ok(Credentials::new(key.access_key_id, key.secret_access_key, None, None, "evaluation"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions, write};

    use super::*;

    #[tokio::test]
    async fn a_key_is_read_where_nobody_else_could() {
        let directory = tempfile::tempdir().unwrap();
        let file = KeyFile(directory.path().join("key.json"));
        let none = file.read().await.unwrap_err();
        assert!(none.message.contains("cannot be read: No such file"), "{none}");
        let answer = r#"{"AccessKey":{"UserName":"kore-evaluation","AccessKeyId":"AKIA1","Status":"Active","SecretAccessKey":"s3cr3t"}}"#;
        write(&file.0, answer).unwrap();
        set_permissions(&file.0, Permissions::from_mode(0o640)).unwrap();
        let open = file.read().await.unwrap_err();
        assert!(open.message.contains("may be read by others (mode 640)"), "{open}");
        set_permissions(&file.0, Permissions::from_mode(0o600)).unwrap();
        let key = file.read().await.unwrap();
        assert_eq!((key.access_key_id(), key.secret_access_key(), key.session_token()), ("AKIA1", "s3cr3t", None));
        assert!(!format!("{key:?}").contains("s3cr3t"));
        let directory = KeyFile(directory.path().to_owned()).read().await.unwrap_err();
        assert!(directory.message.contains("is no file"), "{directory}");
        // Root, as tests run, gives files away; nobody else can.
        if std::os::unix::fs::chown(&file.0, Some(65_534), None).is_ok() {
            let given = file.read().await.unwrap_err();
            assert!(given.message.contains("another user (65534)"), "{given}");
            std::os::unix::fs::chown(&file.0, Some(0), None).unwrap();
        }
        for other in ["", "AKIA1:s3cr3t", r#"{"AccessKey":{"AccessKeyId":"AKIA1","SecretAccessKey":{"s3cr3t":1}}}"#] {
            write(&file.0, other).unwrap();
            let refused = file.read().await.unwrap_err();
            assert!(refused.message.contains("is not what `aws iam create-access-key"), "{refused}");
            assert!(!refused.message.contains("s3cr3t"), "{refused}");
            // Somebody has to act.
            assert_eq!(refused.meaning, Meaning::Denied);
        }
    }
}
