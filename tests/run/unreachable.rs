//! A target that is not there: one sentence, and soon.

use std::net::TcpListener;

use crate::support::cloud::{Answer, Cloud};
use crate::support::{Said, run, sharecheck};

/// Fails unless there is one line on stderr, and nothing else.
#[track_caller]
fn one_sentence(said: &Said) -> String {
    assert_eq!(said.stdout, "", "{}", said.all());
    let [line] = said.stderr.lines().collect::<Vec<_>>()[..] else { panic!("{}", said.all()) };
    assert!(line.starts_with("error: "), "{line}");
    line.to_owned()
}

#[test]
fn a_closed_port_is_one_sentence() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let cloud = Cloud::start(|_| Answer::no_images());
    let target = cloud.target("glance", "writes: images\n");
    let said = run(sharecheck().arg("run").arg("--target").arg(target).args(["--endpoint", &endpoint])).exits(3);
    let line = one_sentence(&said);
    assert!(line.contains("`test`") && line.contains(&endpoint) && line.contains("cannot be reached"), "{line}");
    assert!(cloud.asked().is_empty());
}

#[test]
fn a_host_that_nobody_has_is_one_sentence() {
    let cloud = Cloud::start(|_| Answer::no_images());
    let target = cloud.target("glance", "");
    let said = run(sharecheck().arg("run").arg("--target").arg(target).args(["--endpoint", "http://nobody.invalid:1"]))
        .exits(3);
    let line = one_sentence(&said);
    assert!(line.contains("cannot be reached"), "{line}");
}

#[test]
fn an_endpoint_that_never_answers_is_one_sentence() {
    // The connection comes about and is taken by nobody, so that no answer ever comes.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let cloud = Cloud::start(|_| Answer::no_images());
    let target = cloud.target("glance", "");
    let mut command = sharecheck();
    command.arg("run").arg("--target").arg(target).args(["--endpoint", &endpoint, "--max-time", "200ms"]);
    let line = one_sentence(&run(&mut command).exits(3));
    assert!(line.contains("no answer within 200ms"), "{line}");
}

#[test]
fn a_server_that_speaks_no_http_is_one_sentence() {
    for bytes in [
        "",
        "hello\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{",
    ] {
        let cloud = Cloud::start(move |_| Answer(bytes.as_bytes().to_vec()));
        let said = run(sharecheck().arg("run").arg("--target").arg(cloud.target("glance", ""))).exits(3);
        one_sentence(&said);
    }
}

#[test]
fn an_image_list_beyond_the_limit_is_one_sentence() {
    let cloud = Cloud::start(|_| Answer::json(200, &format!(r#"{{"images": ["{}"]}}"#, "x".repeat(100_000))));
    let mut command = sharecheck();
    command.arg("run").arg("--target").arg(cloud.target("glance", "")).args(["--max-body", "64KiB"]);
    let line = one_sentence(&run(&mut command).exits(3));
    assert!(line.contains("larger than 65536 bytes"), "{line}");
}
