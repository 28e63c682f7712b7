//! What a real wasmCloud host, its providers, wadm and wash do over NATS, with the same crate. Prints one line per
//! observation and nothing that differs between runs, so that its output on two servers can be compared.
//!
//! Usage: rust-nats URL [JETSTREAM-DOMAIN]

use std::time::Duration;

use async_nats::jetstream::{self, consumer, kv, stream, AckKind};
use bytes::Bytes;
use futures::StreamExt;

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

const WAIT: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("usage: rust-nats URL [JETSTREAM-DOMAIN]")?;
    let domain = arguments.next();
    let client = async_nats::connect(url).await?;
    let context = match &domain {
        Some(domain) => jetstream::with_domain(client.clone(), domain),
        None => jetstream::new(client.clone()),
    };
    queue_subscriptions(&client).await?;
    no_responders(&client).await?;
    key_value(&context).await?;
    watches(&context).await?;
    late_subscription(&context).await?;
    work_queue(&context).await?;
    redelivery(&context).await?;
    sourced_stream(&context).await?;
    interest(&context).await?;
    objects(&context).await?;
    missing_things(&context).await?;
    println!("done");
    Ok(())
}

/// The host subscribes to its wRPC subjects in a queue group, one group per component.
async fn queue_subscriptions(client: &async_nats::Client) -> Outcome {
    let mut one = client.queue_subscribe("rust.queue.*", "group".into()).await?;
    let mut other = client.queue_subscribe("rust.queue.*", "group".into()).await?;
    let mut plain = client.subscribe("rust.queue.>").await?;
    client.flush().await?;
    for number in 0..20 {
        client
            .publish(format!("rust.queue.{number}"), number.to_string().into())
            .await?;
    }
    client.flush().await?;
    let mut seen = Vec::new();
    while seen.len() < 20 {
        let message = tokio::select! {
            message = one.next() => message,
            message = other.next() => message,
        };
        seen.push(message.ok_or("the queue ended")?.subject.to_string());
    }
    seen.sort();
    println!(
        "queue: {} messages, each once: {}",
        seen.len(),
        seen.windows(2).all(|pair| pair[0] != pair[1])
    );
    let mut order = Vec::new();
    for _ in 0..20 {
        order.push(String::from_utf8(
            plain.next().await.ok_or("the subscription ended")?.payload.to_vec(),
        )?);
    }
    println!("plain: {}", order.join(" "));
    Ok(())
}

async fn no_responders(client: &async_nats::Client) -> Outcome {
    match client.request("rust.nobody", Bytes::new()).await {
        Ok(_) => println!("nobody: answered"),
        Err(error) => println!("nobody: {:?}", error.kind()),
    }
    Ok(())
}

async fn key_value(context: &jetstream::Context) -> Outcome {
    let config = |history| kv::Config {
        bucket: "rust_lattice".into(),
        history,
        ..Default::default()
    };
    let store = context.create_key_value(config(1)).await?;
    println!("create bucket: {}", store.name);
    context.create_key_value(config(1)).await?;
    println!("create bucket again: ok");
    match context.create_key_value(config(9)).await {
        Ok(_) => println!("create bucket otherwise: ok"),
        Err(error) => println!("create bucket otherwise: {:?}", error.kind()),
    }
    println!("put: {}", store.put("COMPONENT_a", "{}".into()).await?);
    let created = store.create("COMPONENT_b", "1".into()).await?;
    println!("create: {created}");
    match store.create("COMPONENT_b", "2".into()).await {
        Ok(revision) => println!("create again: {revision}"),
        Err(error) => println!("create again: {:?}", error.kind()),
    }
    println!("update: {}", store.update("COMPONENT_b", "3".into(), created).await?);
    match store.update("COMPONENT_b", "4".into(), created).await {
        Ok(revision) => println!("update from an old revision: {revision}"),
        Err(error) => println!("update from an old revision: {:?}", error.kind()),
    }
    show_entry(&store, "COMPONENT_b").await?;
    show_entry(&store, "nothing").await?;
    store.delete("COMPONENT_a").await?;
    println!("get deleted: {:?}", store.get("COMPONENT_a").await?);
    show_entry(&store, "COMPONENT_a").await?;
    println!("create deleted: {}", store.create("COMPONENT_a", "again".into()).await?);
    store.purge("COMPONENT_b").await?;
    show_entry(&store, "COMPONENT_b").await?;
    store
        .put("CLAIMS_c.d/e=f", Bytes::from_static(&[0, 255, 13, 10]))
        .await?;
    show_entry(&store, "CLAIMS_c.d/e=f").await?;
    let mut keys: Vec<String> = Vec::new();
    let mut listing = store.keys().await?;
    while let Some(key) = listing.next().await {
        keys.push(key?);
    }
    keys.sort();
    println!("keys: {}", keys.join(" "));
    let status = store.status().await?;
    println!("status: {} values, history {}", status.values(), status.history());
    Ok(())
}

async fn show_entry(store: &kv::Store, key: &str) -> Outcome {
    match store.entry(key).await? {
        Some(entry) => println!(
            "entry {key}: {:?} {:?} revision {} delta {}",
            entry.value, entry.operation, entry.revision, entry.delta
        ),
        None => println!("entry {key}: none"),
    }
    Ok(())
}

async fn watches(context: &jetstream::Context) -> Outcome {
    let store = context
        .create_key_value(kv::Config {
            bucket: "rust_watch".into(),
            history: 5,
            ..Default::default()
        })
        .await?;
    for value in ["1", "2", "3"] {
        store.put("x.one", value.into()).await?;
    }
    store.put("y.two", "4".into()).await?;
    let mut history = store.history("x.one").await?;
    while let Some(entry) = history.next().await {
        let entry = entry?;
        println!("history: {} {:?} {}", entry.key, entry.value, entry.revision);
    }
    let mut latest = store.watch_with_history("x.>").await?;
    show_watched("latest", &mut latest, 1).await?;
    let mut all = store.watch_all().await?;
    let mut some = store.watch("x.*").await?;
    store.put("x.one", "5".into()).await?;
    store.put("y.two", "6".into()).await?;
    store.delete("y.two").await?;
    store.purge("x.one").await?;
    show_watched("all", &mut all, 4).await?;
    show_watched("some", &mut some, 2).await?;
    show_watched("latest", &mut latest, 2).await?;
    let mut resumed = store.watch_all_from_revision(4).await?;
    show_watched("resumed", &mut resumed, 3).await?;
    Ok(())
}

async fn show_watched(name: &str, watch: &mut kv::Watch, count: usize) -> Outcome {
    for _ in 0..count {
        let entry = tokio::time::timeout(WAIT, watch.next())
            .await?
            .ok_or("the watch ended")??;
        println!(
            "watch {name}: {} {:?} {:?} revision {} delta {}",
            entry.key, entry.value, entry.operation, entry.revision, entry.delta
        );
    }
    Ok(())
}

/// A consumer is created first and its subject subscribed to later: nothing may be lost in between.
async fn late_subscription(context: &jetstream::Context) -> Outcome {
    let stream = context
        .create_stream(stream::Config {
            name: "rust_late".into(),
            subjects: vec!["rust.late.>".into()],
            ..Default::default()
        })
        .await?;
    context.publish("rust.late.before", "before".into()).await?.await?;
    let consumer = stream
        .create_consumer(consumer::push::OrderedConfig {
            deliver_subject: "rust.deliver.late".into(),
            deliver_policy: consumer::DeliverPolicy::All,
            ..Default::default()
        })
        .await?;
    context.publish("rust.late.between", "between".into()).await?.await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut messages = consumer.messages().await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    context.publish("rust.late.after", "after".into()).await?.await?;
    for _ in 0..3 {
        let message = tokio::time::timeout(WAIT, messages.next())
            .await?
            .ok_or("the consumer ended")??;
        let info = message.info()?;
        println!(
            "late: {} seq {} delivered {} pending {}",
            message.subject, info.stream_sequence, info.consumer_sequence, info.pending
        );
    }
    Ok(())
}

/// wadm's command queue: a durable pull consumer per lattice, each message acknowledged twice.
async fn work_queue(context: &jetstream::Context) -> Outcome {
    let stream = context
        .get_or_create_stream(stream::Config {
            name: "rust_commands".into(),
            subjects: vec!["rust.cmd.*".into()],
            retention: stream::RetentionPolicy::WorkQueue,
            max_age: Duration::from_secs(70),
            allow_rollup: false,
            num_replicas: 1,
            ..Default::default()
        })
        .await?;
    for number in 0..5 {
        let ack = context
            .publish("rust.cmd.default", format!("command {number}").into())
            .await?
            .await?;
        println!("queued: {} {} duplicate {}", ack.stream, ack.sequence, ack.duplicate);
    }
    let consumer = stream
        .get_or_create_consumer("rust_default", durable("rust_default", "rust.cmd.default"))
        .await?;
    println!(
        "consumer: pending {} ack pending {}",
        consumer.cached_info().num_pending,
        consumer.cached_info().num_ack_pending
    );
    let mut messages = consumer.stream().max_messages_per_batch(1).messages().await?;
    for number in 0..5 {
        let message = tokio::time::timeout(WAIT, messages.next())
            .await?
            .ok_or("the consumer ended")??;
        let info = message.info()?;
        println!(
            "command: {:?} seq {} delivered {} pending {}",
            message.payload, info.stream_sequence, info.delivered, info.pending
        );
        if number == 2 {
            message.ack_with(AckKind::Progress).await?;
        }
        message.double_ack().await?;
    }
    let mut stream = context.get_stream("rust_commands").await?;
    let state = stream.info().await?.state.clone();
    println!(
        "queue after acks: {} messages, last {}",
        state.messages, state.last_sequence
    );
    match stream.create_consumer(durable("rust_overlap", "rust.cmd.*")).await {
        Ok(_) => println!("overlapping consumer: ok"),
        Err(error) => println!("overlapping consumer: {error}"),
    }
    Ok(())
}

fn durable(name: &str, filter: &str) -> consumer::pull::Config {
    consumer::pull::Config {
        durable_name: Some(name.into()),
        name: Some(name.into()),
        description: Some("a consumer like wadm's".into()),
        ack_policy: consumer::AckPolicy::Explicit,
        ack_wait: Duration::from_secs(2),
        max_deliver: 3,
        deliver_policy: consumer::DeliverPolicy::All,
        filter_subject: filter.into(),
        ..Default::default()
    }
}

async fn redelivery(context: &jetstream::Context) -> Outcome {
    let stream = context
        .create_stream(stream::Config {
            name: "rust_again".into(),
            subjects: vec!["rust.again".into()],
            ..Default::default()
        })
        .await?;
    context.publish("rust.again", "naughty".into()).await?.await?;
    let mut consumer = stream.create_consumer(durable("rust_again", "rust.again")).await?;
    let mut messages = consumer.stream().max_messages_per_batch(1).messages().await?;
    for answer in [
        AckKind::Nak(None),
        AckKind::Nak(Some(Duration::from_millis(100))),
        AckKind::Term,
    ] {
        let message = tokio::time::timeout(WAIT, messages.next())
            .await?
            .ok_or("the consumer ended")??;
        println!("again: {:?} delivery {}", message.payload, message.info()?.delivered);
        message.ack_with(answer).await?;
    }
    context.publish("rust.again", "next".into()).await?.await?;
    let message = tokio::time::timeout(WAIT, messages.next())
        .await?
        .ok_or("the consumer ended")??;
    println!("again: {:?} delivery {}", message.payload, message.info()?.delivered);
    message.double_ack().await?;
    let info = consumer.info().await?;
    println!(
        "again: ack pending {} pending {} floor {} delivered {}",
        info.num_ack_pending, info.num_pending, info.ack_floor.stream_sequence, info.delivered.stream_sequence
    );
    let mut rest = consumer.fetch().max_messages(10).messages().await?;
    println!("again: fetch of nothing ended: {}", rest.next().await.is_none());
    Ok(())
}

/// wadm copies the events of all lattices into its own stream, under another subject.
async fn sourced_stream(context: &jetstream::Context) -> Outcome {
    context
        .create_stream(stream::Config {
            name: "rust_events".into(),
            subjects: vec!["rust.evt.*.>".into()],
            ..Default::default()
        })
        .await?;
    context
        .publish("rust.evt.default.started", "early".into())
        .await?
        .await?;
    let stream = context
        .create_stream(stream::Config {
            name: "rust_event_consumer".into(),
            retention: stream::RetentionPolicy::WorkQueue,
            sources: Some(vec![stream::Source {
                name: "rust_events".into(),
                subject_transforms: vec![stream::SubjectTransform {
                    source: "rust.evt.*.>".into(),
                    destination: "rust_internal.evt.{{wildcard(1)}}.>".into(),
                }],
                ..Default::default()
            }]),
            ..Default::default()
        })
        .await?;
    let consumer = stream
        .create_consumer(durable("rust_events_default", "rust_internal.evt.default.>"))
        .await?;
    context
        .publish("rust.evt.default.stopped", "late".into())
        .await?
        .await?;
    context
        .publish("rust.evt.other.stopped", "elsewhere".into())
        .await?
        .await?;
    let mut messages = consumer.stream().max_messages_per_batch(1).messages().await?;
    for _ in 0..2 {
        let message = tokio::time::timeout(WAIT, messages.next())
            .await?
            .ok_or("the consumer ended")??;
        let source = message
            .headers
            .as_ref()
            .and_then(|headers| headers.get("Nats-Stream-Source"))
            .map(|value| value.to_string());
        println!("sourced: {} {:?} from {:?}", message.subject, message.payload, source);
        message.double_ack().await?;
    }
    Ok(())
}

async fn interest(context: &jetstream::Context) -> Outcome {
    let mut stream = context
        .create_stream(stream::Config {
            name: "rust_notify".into(),
            subjects: vec!["rust.notify.*".into()],
            retention: stream::RetentionPolicy::Interest,
            ..Default::default()
        })
        .await?;
    println!(
        "interest: unwanted got {}",
        context.publish("rust.notify.a", "nobody".into()).await?.await?.sequence
    );
    println!("interest: held {}", stream.info().await?.state.messages);
    let consumer = stream
        .create_consumer(consumer::pull::Config {
            ack_policy: consumer::AckPolicy::Explicit,
            ..Default::default()
        })
        .await?;
    context.publish("rust.notify.a", "somebody".into()).await?.await?;
    println!("interest: held {}", stream.info().await?.state.messages);
    let mut batch = consumer
        .batch()
        .max_messages(200)
        .expires(Duration::from_millis(500))
        .messages()
        .await?;
    while let Some(message) = batch.next().await {
        let message = message?;
        println!("interest: {:?}", message.payload);
        message.double_ack().await?;
    }
    println!("interest: held {}", stream.info().await?.state.messages);
    Ok(())
}

async fn objects(context: &jetstream::Context) -> Outcome {
    let store = context
        .create_object_store(jetstream::object_store::Config {
            bucket: "rust_objects".into(),
            ..Default::default()
        })
        .await?;
    let content: Vec<u8> = (0..300_000u32).map(|number| (number % 251) as u8).collect();
    let info = store.put("big", &mut content.as_slice()).await?;
    println!("object: {} bytes in {} chunks", info.size, info.chunks);
    let mut read = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut store.get("big").await?, &mut read).await?;
    println!("object: the same: {}", read == content);
    store.delete("big").await?;
    println!("object: deleted: {}", store.info("big").await?.deleted);
    Ok(())
}

async fn missing_things(context: &jetstream::Context) -> Outcome {
    if let Err(error) = context.get_key_value("rust_nothing").await {
        println!("no bucket: {error}");
    }
    if let Err(error) = context.get_stream("rust_nothing").await {
        println!("no stream: {error}");
    }
    let stream = context.get_stream("rust_late").await?;
    if let Err(error) = stream.get_consumer::<consumer::pull::Config>("rust_nothing").await {
        println!("no consumer: {error}");
    }
    if let Err(error) = stream.direct_get(99).await {
        println!("no message: {error}");
    }
    if let Err(error) = stream.get_raw_message(99).await {
        println!("no raw message: {error}");
    }
    println!("delete: {}", context.delete_stream("rust_late").await?.success);
    if let Err(error) = context.delete_stream("rust_late").await {
        println!("delete again: {error}");
    }
    Ok(())
}
