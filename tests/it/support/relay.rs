//! A relay before a database server, whose connections can be cut as a network cuts them.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread;

/// Listens on a port of its own, for as long as the process runs.
#[derive(Clone)]
pub struct Relay {
    clients: Arc<Mutex<Vec<TcpStream>>>,
}

#[derive(Clone)]
enum Server {
    Tcp(String),
    Unix(String),
}

enum Connection {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Relay {
    /// A relay before the server of this URL, and the URL that leads through it.
    pub fn before(url: &str) -> (Self, String) {
        let (server, through) = parse(url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let relay = Self {
            clients: Arc::default(),
        };
        let clients = Arc::clone(&relay.clients);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, server.connect()) else {
                    continue;
                };
                clients.lock().unwrap().push(client.try_clone().unwrap());
                join(client, server);
            }
        });
        (
            relay,
            through.replace("{address}", &format!("127.0.0.1:{port}")),
        )
    }

    /// Cuts one of the connections; the older half may be closed already.
    pub fn cut(&self, choose: impl FnOnce(u64) -> u64) {
        let mut clients = self.clients.lock().unwrap();
        let half = clients.len() / 2;
        let younger = (clients.len() - half) as u64;
        if younger > 0 {
            let index = half + usize::try_from(choose(younger)).unwrap();
            let _ = clients.remove(index).shutdown(Shutdown::Both);
        }
    }
}

impl Server {
    fn connect(&self) -> io::Result<Connection> {
        Ok(match self {
            Self::Tcp(address) => Connection::Tcp(TcpStream::connect(address)?),
            Self::Unix(path) => Connection::Unix(UnixStream::connect(path)?),
        })
    }
}

/// The server of a URL of the tests, and the URL with `{address}` in its place.
fn parse(url: &str) -> (Server, String) {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (location, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = location.split_once('/').unwrap();
    let (user, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let mut socket = None;
    let mut port = None;
    let mut others = Vec::new();
    for parameter in parameters.split('&').filter(|p| !p.is_empty()) {
        match parameter.split_once('=') {
            Some(("host" | "unix_socket", path)) => socket = Some(path.to_owned()),
            Some(("port", number)) => port = Some(number.to_owned()),
            _ => others.push(parameter),
        }
    }
    let server = match socket {
        Some(directory) if scheme.starts_with("postgres") => Server::Unix(format!(
            "{directory}/.s.PGSQL.{}",
            port.as_deref().unwrap_or("5432")
        )),
        Some(path) => Server::Unix(path),
        None => Server::Tcp(address.to_owned()),
    };
    let others = others.join("&");
    (
        server,
        format!("{scheme}://{user}@{{address}}/{database}?{others}"),
    )
}

/// Passes on what either side says, until one of them is gone.
fn join(client: TcpStream, server: Connection) {
    let from_client = client.try_clone().unwrap();
    match server {
        Connection::Tcp(server) => {
            let from_server = server.try_clone().unwrap();
            pass(from_client, server, |server| {
                server.shutdown(Shutdown::Both)
            });
            pass(from_server, client, |client| {
                client.shutdown(Shutdown::Both)
            });
        }
        Connection::Unix(server) => {
            let from_server = server.try_clone().unwrap();
            pass(from_client, server, |server| {
                server.shutdown(Shutdown::Both)
            });
            pass(from_server, client, |client| {
                client.shutdown(Shutdown::Both)
            });
        }
    }
}

fn pass<R, W>(mut from: R, mut to: W, end: fn(&W) -> io::Result<()>)
where
    R: Read + Send + 'static,
    W: Write + Send + 'static,
{
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = end(&to);
    });
}
