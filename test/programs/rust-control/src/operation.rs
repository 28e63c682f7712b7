use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasmcloud_control_interface::{Client, Link, RegistryCredential};

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Deserialize)]
pub struct Line {
    pub id: u64,
    #[serde(flatten)]
    pub operation: Operation,
}

/// The methods of the crate's client, with their arguments.
#[derive(Deserialize)]
#[serde(tag = "operation", rename_all = "kebab-case")]
pub enum Operation {
    GetHosts,
    GetInventory { host: String },
    StopHost { host: String, timeout_ms: Option<u64> },
    AuctionComponent { reference: String, component: String, constraints: BTreeMap<String, String> },
    AuctionProvider { reference: String, provider: String, constraints: BTreeMap<String, String> },
    ScaleComponent(Scale),
    UpdateComponent { host: String, component: String, reference: String },
    StartProvider(Start),
    StopProvider { host: String, provider: String },
    PutLabel { host: String, key: String, value: String },
    DeleteLabel { host: String, key: String },
    PutLink { link: Link },
    DeleteLink { source: String, name: String, namespace: String, package: String },
    GetLinks,
    GetClaims,
    PutConfig { name: String, values: HashMap<String, String> },
    GetConfig { name: String },
    DeleteConfig { name: String },
    PutRegistries { registries: HashMap<String, RegistryCredential> },
    Watch { types: Vec<String> },
}

#[derive(Deserialize)]
pub struct Scale {
    host: String,
    component: String,
    reference: String,
    count: u32,
    annotations: Option<BTreeMap<String, String>>,
    #[serde(default)]
    config: Vec<String>,
}

#[derive(Deserialize)]
pub struct Start {
    host: String,
    provider: String,
    reference: String,
    annotations: Option<BTreeMap<String, String>>,
    #[serde(default)]
    config: Vec<String>,
}

impl Operation {
    pub async fn run(self, client: &Client) -> Outcome<Value> {
        match self {
            Self::GetHosts => json(client.get_hosts().await?),
            Self::GetInventory { host } => json(client.get_host_inventory(&host).await?),
            Self::StopHost { host, timeout_ms } => json(client.stop_host(&host, timeout_ms).await?),
            Self::AuctionComponent { reference, component, constraints } => {
                json(client.perform_component_auction(&reference, &component, constraints).await?)
            }
            Self::AuctionProvider { reference, provider, constraints } => {
                json(client.perform_provider_auction(&reference, &provider, constraints).await?)
            }
            Self::ScaleComponent(scale) => scale.run(client).await,
            Self::UpdateComponent { host, component, reference } => {
                json(client.update_component(&host, &component, &reference, None).await?)
            }
            Self::StartProvider(start) => start.run(client).await,
            Self::StopProvider { host, provider } => json(client.stop_provider(&host, &provider).await?),
            Self::PutLabel { host, key, value } => json(client.put_label(&host, &key, &value).await?),
            Self::DeleteLabel { host, key } => json(client.delete_label(&host, &key).await?),
            Self::PutLink { link } => json(client.put_link(link).await?),
            Self::DeleteLink { source, name, namespace, package } => {
                json(client.delete_link(&source, &name, &namespace, &package).await?)
            }
            Self::GetLinks => json(client.get_links().await?),
            Self::GetClaims => json(client.get_claims().await?),
            Self::PutConfig { name, values } => json(client.put_config(&name, values).await?),
            Self::GetConfig { name } => json(client.get_config(&name).await?),
            Self::DeleteConfig { name } => json(client.delete_config(&name).await?),
            Self::PutRegistries { registries } => json(client.put_registries(registries).await?),
            Self::Watch { types } => watch(client, types).await,
        }
    }
}

impl Scale {
    async fn run(self, client: &Client) -> Outcome<Value> {
        let Self { host, component, reference, count, annotations, config } = self;
        json(client.scale_component(&host, &reference, &component, count, annotations, config).await?)
    }
}

impl Start {
    async fn run(self, client: &Client) -> Outcome<Value> {
        let Self { host, provider, reference, annotations, config } = self;
        json(client.start_provider(&host, &reference, &provider, annotations, config).await?)
    }
}

async fn watch(client: &Client, types: Vec<String>) -> Outcome<Value> {
    let mut events = client.events_receiver(types).await?;
    client.nats_client().flush().await?;
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            println!("{}", serde_json::json!({ "event": event }));
        }
    });
    Ok(Value::Null)
}

fn json(answer: impl Serialize) -> Outcome<Value> {
    Ok(serde_json::to_value(answer)?)
}
