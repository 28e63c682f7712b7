//! A key-value provider in memory, written with wasmCloud's own SDK for Rust. Some keys tell about the provider itself, so
//! that a component that reads stores can ask: `config:NAME` and `secret:NAME` of the link, `own:NAME` of the provider's
//! configuration, `ping:TARGET` what the component TARGET answers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::RwLock;
use wasmcloud_provider_sdk::core::secrets::SecretValue;
use wasmcloud_provider_sdk::{
    get_connection, run_provider, serve_provider_exports, Context, LinkConfig, LinkDeleteInfo, Provider,
    ProviderConfigUpdate, ProviderInitConfig,
};

mod bindings {
    wit_bindgen_wrpc::generate!({ world: "provider", path: "wit", generate_all });
}

use bindings::exports::wrpc::keyvalue::{atomics, store};
use store::Error;

/// What one link has.
#[derive(Default)]
struct Link {
    config: HashMap<String, String>,
    secrets: HashMap<String, String>,
    entries: BTreeMap<String, Bytes>,
}

#[derive(Clone, Default)]
struct Memory {
    own: Arc<RwLock<HashMap<String, String>>>,
    links: Arc<RwLock<HashMap<(String, String), Link>>>,
}

impl Memory {
    async fn with<T>(
        &self,
        context: Option<Context>,
        action: impl FnOnce(&mut Link) -> Result<T, Error>,
    ) -> anyhow::Result<Result<T, Error>> {
        let context = context.unwrap_or_default();
        let name = context.link_name().to_string();
        let source = context.component.unwrap_or_default();
        let mut links = self.links.write().await;
        Ok(match links.get_mut(&(source.clone(), name.clone())) {
            Some(link) => action(link),
            None => Err(Error::Other(format!("{source} has no link named {name}"))),
        })
    }

    /// What a key tells about the provider, if it is one of those.
    async fn tell(&self, context: &Option<Context>, key: &str) -> anyhow::Result<Option<Option<String>>> {
        if let Some(target) = key.strip_prefix("ping:") {
            let client = get_connection().get_wrpc_client(target).await?;
            return Ok(Some(Some(bindings::test::pingpong::pingpong::ping(&client, None).await?)));
        }
        if let Some(name) = key.strip_prefix("own:") {
            return Ok(Some(self.own.read().await.get(name).cloned()));
        }
        let known = |link: &mut Link| {
            Ok(match key.split_once(':') {
                Some(("config", name)) => Some(link.config.get(name).cloned()),
                Some(("secret", name)) => Some(link.secrets.get(name).cloned()),
                _ => None,
            })
        };
        Ok(self.with(context.clone(), known).await?.unwrap_or_default())
    }
}

impl Provider for Memory {
    async fn init(&self, init: impl ProviderInitConfig) -> anyhow::Result<()> {
        println!("the provider {} begins", init.get_provider_id());
        self.own.write().await.extend(init.get_config().clone());
        Ok(())
    }

    async fn on_config_update(&self, update: impl ProviderConfigUpdate) -> anyhow::Result<()> {
        *self.own.write().await = update.get_values().clone();
        Ok(())
    }

    async fn receive_link_config_as_target(&self, link: LinkConfig<'_>) -> anyhow::Result<()> {
        let secrets = link.secrets.iter().map(|(name, value)| (name.clone(), text_of(value)));
        let given = Link { config: link.config.clone(), secrets: secrets.collect(), entries: BTreeMap::new() };
        self.links.write().await.insert((link.source_id.to_string(), link.link_name.to_string()), given);
        Ok(())
    }

    async fn delete_link_as_target(&self, info: impl LinkDeleteInfo) -> anyhow::Result<()> {
        let key = (info.get_source_id().to_string(), info.get_link_name().to_string());
        self.links.write().await.remove(&key);
        Ok(())
    }

    async fn shutdown(&self) -> anyhow::Result<()> {
        println!("the provider ends");
        Ok(())
    }
}

fn text_of(value: &SecretValue) -> String {
    match value {
        SecretValue::String(text) => text.clone(),
        SecretValue::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

impl store::Handler<Option<Context>> for Memory {
    async fn get(&self, context: Option<Context>, _: String, key: String) -> anyhow::Result<Result<Option<Bytes>, Error>> {
        if let Some(told) = self.tell(&context, &key).await? {
            return Ok(Ok(told.map(Bytes::from)));
        }
        self.with(context, |link| Ok(link.entries.get(&key).cloned())).await
    }

    async fn set(&self, context: Option<Context>, _: String, key: String, value: Bytes) -> anyhow::Result<Result<(), Error>> {
        self.with(context, |link| {
            link.entries.insert(key, value);
            Ok(())
        })
        .await
    }

    async fn delete(&self, context: Option<Context>, _: String, key: String) -> anyhow::Result<Result<(), Error>> {
        self.with(context, |link| {
            link.entries.remove(&key);
            Ok(())
        })
        .await
    }

    async fn exists(&self, context: Option<Context>, _: String, key: String) -> anyhow::Result<Result<bool, Error>> {
        self.with(context, |link| Ok(link.entries.contains_key(&key))).await
    }

    async fn list_keys(
        &self,
        context: Option<Context>,
        _: String,
        _cursor: Option<u64>,
    ) -> anyhow::Result<Result<store::KeyResponse, Error>> {
        self.with(context, |link| {
            Ok(store::KeyResponse { keys: link.entries.keys().cloned().collect(), cursor: None })
        })
        .await
    }
}

impl atomics::Handler<Option<Context>> for Memory {
    async fn increment(
        &self,
        context: Option<Context>,
        _: String,
        key: String,
        delta: u64,
    ) -> anyhow::Result<Result<u64, Error>> {
        self.with(context, |link| {
            let before = link.entries.get(&key).map_or(Ok(0), |value| {
                std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).ok_or(())
            });
            let Ok(before) = before else { return Err(Error::Other("not a number".into())) };
            let now: u64 = before + delta;
            link.entries.insert(key, now.to_string().into());
            Ok(now)
        })
        .await
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = Memory::default();
    let shutdown = run_provider(provider.clone(), "rust-provider").await?;
    let connection = get_connection();
    let client = connection.get_wrpc_client(connection.provider_key()).await?;
    serve_provider_exports(&client, provider, shutdown, bindings::serve).await
}
