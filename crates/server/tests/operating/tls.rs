//! PostgreSQL over TLS, with a certificate made for the purpose.

use crate::program::{Folder, run};
use std::process::Command;
use xtask::postgres::{Postgres, programs};

/// An authority, and a certificate of it for `localhost`, made in the server's folder by the server's account. Gives a copy of
/// the authority's certificate.
fn certified(postgres: &Postgres, folder: &Folder) -> String {
    let openssl = |args: &[&str]| postgres.run("openssl", args).expect("openssl");
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "2",
        "-subj",
        "/CN=trial CA",
    ]);
    let request =
        ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"];
    openssl(&request);
    postgres.run("sh", &["-c", "echo subjectAltName=DNS:localhost >san; chmod 600 server.key"]).expect("written");
    let sign = ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    openssl(&[&sign[..], &["-extfile", "san", "-out", "server.pem"]].concat());
    let text = std::fs::read_to_string(postgres.folder.join("ca.pem")).expect("the authority");
    folder.write("ca.pem", &text)
}

#[test]
fn the_server_is_verified_as_far_as_was_asked() {
    if programs().is_none() {
        return println!("skipped: PostgreSQL's server programs are not installed");
    }
    if Command::new("openssl").arg("version").output().is_err() {
        return println!("skipped: openssl, which makes the certificates, is not installed");
    }
    let postgres = Postgres::start().expect("PostgreSQL");
    let folder = Folder::new();
    let authority = certified(&postgres, &folder);
    let other = Postgres::start().expect("another one");
    let stranger = folder.write("stranger.pem", &std::fs::read_to_string(certified(&other, &Folder::new())).unwrap_or_default());
    drop(other);
    let own = |name: &str| postgres.folder.join(name).display().to_string();
    postgres.stop().expect("stopped");
    let (cert, key) = (format!("ssl_cert_file={}", own("server.pem")), format!("ssl_key_file={}", own("server.key")));
    postgres.go_on(&["ssl=on", &cert, &key]).expect("started");
    // Whoever comes without TLS is turned away, so that nothing passes by going round it.
    let hba = postgres.folder.join("data/pg_hba.conf").display().to_string();
    postgres.run("sh", &["-c", "echo 'hostssl all all 127.0.0.1/32 trust' >\"$1\"", "sh", &hba]).expect("written");
    postgres.stop().expect("stopped");
    postgres.go_on(&["ssl=on", &cert, &key]).expect("started");

    let by_number = postgres.url.clone();
    let by_name = by_number.replace("127.0.0.1", "localhost");
    let migrate = |url: &str, mode: &str, ca: Option<&str>| {
        let settings = folder.write("yimen.toml", &ca.map_or(String::new(), |ca| format!("database-ca = \"{ca}\"\n")));
        let url = format!("{url}?sslmode={mode}");
        run(&["migrate", "--config", &settings, "--data", &folder.path("data"), "--database-url", &url])
    };
    let (ca, wrong) = (Some(authority.as_str()), Some(stranger.as_str()));
    migrate(&by_name, "disable", None).ended(1);
    migrate(&by_number, "require", None).ended(0);
    migrate(&by_number, "verify-ca", ca).ended(0);
    migrate(&by_name, "verify-full", ca).ended(0);
    assert!(migrate(&by_number, "verify-full", ca).ended(1).err.contains("ertificate"), "another name");
    for mode in ["require", "verify-ca", "verify-full"] {
        let said = migrate(&by_name, mode, wrong).ended(1);
        assert!(said.err.contains("ertificate"), "{mode} with another authority: {}", said.err);
    }
    assert!(migrate(&by_name, "verify-full", None).ended(1).err.contains("database-ca"));
}
