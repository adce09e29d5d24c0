//! A throw-away PostgreSQL on a free loopback port, for tests: nothing kept, nothing shared, nothing left behind.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::guarded::Guarded;
use anyhow::{Context, Result, bail};

/// The variable by which tests learn of the server; they make databases of their own in it.
pub const VARIABLE: &str = "YIMEN_TEST_POSTGRES";

/// `$1` is the folder of PostgreSQL's programs, `$2` the port. Durability is off: these data are worth nothing.
const SCRIPT: &str = r#"
set -e
export PATH="$1:$PATH"
dir=$(mktemp -d "${TMPDIR:-/tmp}/yimen-postgres.XXXXXX")
trap 'pg_ctl --silent --pgdata="$dir/data" --mode=immediate stop >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
initdb --pgdata="$dir/data" --username=yimen --auth=trust --encoding=UTF8 --locale=C --no-sync </dev/null >"$dir/log" 2>&1 \
  || { cat "$dir/log"; exit 1; }
pg_ctl --silent --wait --pgdata="$dir/data" --log="$dir/log" --options="-p $2 -c listen_addresses=127.0.0.1 \
  -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" \
  start </dev/null >/dev/null || { cat "$dir/log"; exit 1; }
echo "ready $dir"
cat >/dev/null
"#;

/// A running server; it stops, and its files go, when this is dropped or this process ends in any way.
pub struct Postgres {
    pub url: String,
    port: u16,
    /// Where its files lie; only the server's own account may write there.
    pub folder: PathBuf,
    programs: PathBuf,
    owner: Option<(u32, u32)>,
    _server: Guarded,
}

impl Postgres {
    /// Starts a server. PostgreSQL refuses to run as root, so root lends it the account that Debian's package makes.
    pub fn start() -> Result<Self> {
        let programs = programs().context("PostgreSQL's server programs (initdb, pg_ctl) are not installed")?;
        let owner = if id(&["-u"])? == 0 { Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)) } else { None };
        let mut tries = 0;
        loop {
            // Between our look and the server's start another process can take the port, so a failure is tried again.
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let mut server = Guarded::start(SCRIPT, &[&programs.to_string_lossy(), &port.to_string()], owner)?;
            match server.wait_for("ready") {
                Ok(folder) => {
                    let url = format!("postgres://yimen@127.0.0.1:{port}/postgres");
                    return Ok(Self { url, port, folder: folder.into(), programs, owner, _server: server });
                }
                Err(error) if tries == 2 => return Err(error.context("starting PostgreSQL")),
                Err(_) => tries += 1,
            }
        }
    }

    /// Stops it as a crash or a restart would: at once, with what was committed kept.
    pub fn stop(&self) -> Result<()> {
        self.control(&["--mode=fast", "stop"], &[])
    }

    /// Starts it again where it was, with these settings (`ssl=on`) besides.
    pub fn go_on(&self, settings: &[&str]) -> Result<()> {
        let mut options =
            format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200", self.port);
        for setting in settings {
            options += &format!(" -c {setting}");
        }
        self.control(&["start"], &[&format!("--options={options}")])
    }

    fn control(&self, what: &[&str], options: &[&str]) -> Result<()> {
        let data = format!("--pgdata={}", self.folder.join("data").display());
        let log = format!("--log={}", self.folder.join("log").display());
        let args = [&["--silent", "--wait", &data, &log], options, what].concat();
        self.run(&self.programs.join("pg_ctl").to_string_lossy(), &args)
    }

    /// Runs a program in the server's folder, as the server's own account.
    pub fn run(&self, program: &str, args: &[&str]) -> Result<()> {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.folder).env("HOME", &self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        let status = command.status().with_context(|| format!("starting {program}"))?;
        if status.success() { Ok(()) } else { bail!("{program} {}: {status}", args.join(" ")) }
    }
}

/// The folder that holds `initdb`: one on the PATH, or the newest of Debian's, which keeps them off the PATH.
pub fn programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(found) = std::env::split_paths(&on_path).find(|folder| folder.join("initdb").is_file()) {
        // A link on the PATH may stand alone; its target has the other programs beside it.
        let real = found.join("initdb").canonicalize().ok()?;
        return real.parent().map(Path::to_owned);
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<_> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
    folders.retain(|folder| folder.join("initdb").is_file());
    folders.sort();
    folders.pop()
}

/// What `id` answers: a number of a user or a group.
pub fn id(args: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(args).output().context("asking id")?;
    if !output.status.success() {
        bail!("id {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8_lossy(&output.stdout).trim().parse().context("reading what id said")
}
