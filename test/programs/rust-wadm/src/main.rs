//! Drives an application manager with the client of wadm: `rust-wadm URL LATTICE MANIFEST`. Prints what each call gave, one JSON
//! object a line, as the crate's own types read it.

use futures::StreamExt;
use serde_json::{json, Value};
use std::fmt::Display;
use std::time::Duration;
use wadm_client::Client;

fn report(call: &str, outcome: Result<Value, impl Display>) {
    let line = match outcome {
        Ok(value) => json!({ "call": call, "ok": value }),
        Err(error) => json!({ "call": call, "error": error.to_string() }),
    };
    println!("{line}");
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let url = args.next().expect("a URL");
    let lattice = args.next().expect("a lattice");
    let path = args.next().expect("a manifest");
    let nats = async_nats::connect(url).await.expect("a connection");
    let client = Client::from_nats_client(&lattice, None, nats);
    let manifest = std::fs::read(&path).expect("the manifest can be read");

    report("list-empty", client.list_manifests().await.map(|all| json!(all.len())));
    let put = client.put_manifest(manifest.as_slice()).await;
    let name = put.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
    report("put", put.map(|(name, version)| json!([name, version])));
    let again = client.put_manifest(manifest.as_slice()).await;
    report("put-again", again.map(|(name, version)| json!([name, version])));
    let mut statuses = client.subscribe_to_status(&name).await.expect("a subscription");
    let deployed = client.deploy_manifest(&name, None).await;
    report("deploy", deployed.map(|(name, version)| json!([name, version])));
    report("deploy-unknown", client.deploy_manifest("nosuch", None).await.map(|_| json!(null)));
    let version = client.deploy_manifest(&name, Some("v9")).await;
    report("deploy-version", version.map(|_| json!(null)));

    let until = tokio::time::sleep(Duration::from_secs(60));
    tokio::pin!(until);
    let mut last = json!(null);
    loop {
        tokio::select! {
            _ = &mut until => break,
            message = statuses.next() => {
                let Some(message) = message else { break };
                last = serde_json::from_slice::<Value>(&message.payload).unwrap_or_default();
                if last["status"]["type"] == "deployed" { break }
            }
        }
    }
    report("published", Ok::<_, String>(last["status"].clone()));
    let status = client.get_manifest_status(&name).await;
    report("status", status.map(|status| json!(status)));
    let list = client.list_manifests().await;
    report("list", list.map(|all| json!(all)));
    let versions = client.list_versions(&name).await;
    report("versions", versions.map(|all| json!(all)));
    report("versions-unknown", client.list_versions("nosuch").await.map(|all| json!(all)));
    let stored = client.get_manifest(&name, None).await;
    report("get", stored.map(|manifest| json!(manifest)));
    report("get-unknown", client.get_manifest("nosuch", None).await.map(|_| json!(null)));
    report("undeploy", client.undeploy_manifest(&name).await.map(|name| json!(name)));
    report("delete", client.delete_manifest(&name, None).await.map(|done| json!(done)));
    report("delete-again", client.delete_manifest(&name, None).await.map(|done| json!(done)));
}
