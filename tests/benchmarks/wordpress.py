"""The WordPress of Debian's packages beside our site: MariaDB, php-fpm and nginx in a temporary folder, on loopback.

Nothing of /etc and /var is touched. WordPress gets what its owner would give it: PHP's opcode cache, pages kept by
nginx (on ports of their own), and no mails, scheduled tasks or requests to elsewhere.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.hammer.server import free_port

CODE = Path("/usr/share/wordpress")
PROGRAMS = {
    "mariadbd": "mariadb-server", "mariadb-install-db": "mariadb-server", "mariadb": "mariadb-client",
    "php": "php-cli php-mysql", "php-fpm": "php-fpm", "nginx": "nginx", "wrk": "wrk",
}  # fmt: skip
POOLS = (2, 4, 8)  # processes of PHP
# WordPress would take the newest that is there. Twenty Twenty-Three makes its pages of blocks, and ten times as slowly.
THEME = "twentytwentyone"
PATIENCE = 60  # seconds until a server must answer

CONFIGURATION = """<?php
$constants = ['DB_NAME' => 'wordpress', 'DB_USER' => 'root', 'DB_PASSWORD' => '',
    'DB_HOST' => 'localhost:{folder}/mariadb.sock', 'DB_CHARSET' => 'utf8mb4', 'DB_COLLATE' => '', 'WP_HOME' => 'http://127.0.0.1:{port}',
    'WP_SITEURL' => 'http://127.0.0.1:{port}', 'DISABLE_WP_CRON' => true, 'WP_HTTP_BLOCK_EXTERNAL' => true,
    'AUTOMATIC_UPDATER_DISABLED' => true, 'AUTH_KEY' => 'a', 'SECURE_AUTH_KEY' => 'b', 'LOGGED_IN_KEY' => 'c',
    'NONCE_KEY' => 'd', 'AUTH_SALT' => 'e', 'SECURE_AUTH_SALT' => 'f', 'LOGGED_IN_SALT' => 'g',
    'NONCE_SALT' => 'h', 'WP_DEFAULT_THEME' => '{theme}'];
foreach ($constants as $name => $value) define($name, $value);
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
"""
INSTALLING = """
define('WP_INSTALLING', true);
require 'wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_new_blog_notification() {}
wp_install('Advice', 'sarah', 'sarah@advice.example', true, '', 'password of a site that lives for a minute');
$options = ['permalink_structure' => '/%postname%/', 'page_comments' => 1, 'comments_per_page' => 20,
    'default_comments_page' => 'newest', 'thread_comments_depth' => 10, 'comments_notify' => 0,
    'moderation_notify' => 0, 'default_pingback_flag' => 0];
foreach ($options as $name => $value) update_option($name, $value);
"""
# wp_install() sends requests to itself and mails, and finds neither.
PREPARING = """
require 'wp-load.php';
flush_rewrite_rules();
"""
POOL = """
[{size}]
listen = {folder}/php-{size}.sock
pm = static
pm.max_children = {size}
{user}
"""
FPM = """[global]
error_log = {folder}/php-fpm.log
"""
NGINX = """
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
{user}
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    gzip on;
    gzip_vary on;
    keepalive_requests 1000000;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Forwarded-For;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    fastcgi_cache_path {folder}/kept keys_zone=pages:10m;
    fastcgi_cache_key $request_method$request_uri;
    fastcgi_buffers 64 16k;
    {servers}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port};
        root {folder}/code;
        index index.php;
        location / {{ try_files $uri $uri/ /index.php?$args; }}
        location ~ \\.php$ {{
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_param HTTP_HOST 127.0.0.1:{home};
            fastcgi_pass unix:{folder}/php-{size}.sock;
            {cache}
        }}
    }}
"""
KEPT = "fastcgi_cache pages; fastcgi_cache_valid 200 10m;"


@dataclass(slots=True)
class WordPress:
    """A running one: `ports` by the number of PHP processes behind, and the same with pages kept by nginx."""

    folder: Path
    ports: dict[int, int] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)

    def php(self, code: str, *arguments: str) -> str:
        """What the code prints, run in WordPress's own folder."""
        command = [program("php"), "-d", "memory_limit=-1", "-r", code, "--", *arguments]
        done = subprocess.run(command, cwd=self.folder / "code", check=True, capture_output=True, text=True)
        return done.stdout

    def sql(self, statements: str, *, database: str = "wordpress") -> str:
        """Rows with tabs between their columns, as the client of MariaDB prints them."""
        command = [program("mariadb"), "--no-defaults", f"--socket={self.folder}/mariadb.sock", "--user=root"]
        command += ["--default-character-set=utf8mb4", "--batch", "--skip-column-names", database]
        return subprocess.run(command, input=statements, check=True, capture_output=True, text=True).stdout


@contextmanager
def running(folder: Path) -> Iterator[WordPress]:
    """A fresh WordPress, with nothing in it but what it brings itself."""
    check_that_it_is_here()
    site = WordPress(folder, {size: free_port() for size in POOLS}, {size: free_port() for size in POOLS})
    with ExitStack() as servers:
        servers.enter_context(_mariadb(site))
        _install(site)
        servers.enter_context(_php(folder))
        servers.enter_context(_nginx(site))
        yield site


def check_that_it_is_here() -> None:
    missing = {package for name, package in PROGRAMS.items() if not _found(name)}
    if not (CODE / "wp-load.php").exists():
        missing.add("wordpress")
    if not (CODE / "wp-content/themes" / THEME).exists():
        missing.add(f"wordpress-theme-{THEME}")
    if missing:
        sys.exit(
            f"WordPress is compared with, and is not here whole. On Debian: apt-get install {' '.join(sorted(missing))}"
        )


def program(name: str) -> str:
    found = _found(name)
    assert found, name
    return found


def _found(name: str) -> str | None:
    """Debian has the version in the name of php-fpm, and servers where only root looks."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    versions = sorted(Path("/usr/sbin").glob(f"{name}[0-9]*")) if name == "php-fpm" else []
    return shutil.which(name, path=path) or (str(versions[-1]) if versions else None)


@contextmanager
def _mariadb(site: WordPress) -> Iterator[None]:
    folder = site.folder
    user = ["--user=root"] if os.getuid() == 0 else []
    data = f"--datadir={folder}/mariadb"
    create = [
        program("mariadb-install-db"),
        "--no-defaults",
        data,
        "--skip-test-db",
        "--auth-root-authentication-method=normal",
    ]
    subprocess.run([*create, *user], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    command = [program("mariadbd"), "--no-defaults", data, f"--socket={folder}/mariadb.sock", "--skip-networking"]
    command += [
        f"--pid-file={folder}/mariadb.pid",
        f"--log-error={folder}/mariadb.log",
        "--innodb-buffer-pool-size=512M",
    ]
    with _process([*command, *user]) as process:
        _wait(process, lambda: "1" in site.sql("SELECT 1", database="mysql"))
        site.sql("CREATE DATABASE wordpress CHARACTER SET utf8mb4", database="mysql")
        yield


def _install(site: WordPress) -> None:
    code = site.folder / "code"
    shutil.copytree(CODE, code, ignore=shutil.ignore_patterns("languages", "wp-config.php"))
    home = next(iter(site.ports.values()))
    (code / "wp-config.php").write_text(CONFIGURATION.format(folder=site.folder, port=home, theme=THEME))
    site.php(INSTALLING)
    site.php(PREPARING)


@contextmanager
def _php(folder: Path) -> Iterator[None]:
    is_root = os.getuid() == 0
    user = "user = root\ngroup = root" if is_root else ""
    pools = "".join(POOL.format(folder=folder, size=size, user=user) for size in POOLS)
    (folder / "php-fpm.conf").write_text(FPM.format(folder=folder) + pools)
    command = [program("php-fpm"), "--nodaemonize", "--fpm-config", str(folder / "php-fpm.conf")]
    with _process([*command, "--allow-to-run-as-root"] if is_root else command) as process:
        _wait(process, lambda: all((folder / f"php-{size}.sock").exists() for size in POOLS))
        yield


@contextmanager
def _nginx(site: WordPress) -> Iterator[None]:
    home = next(iter(site.ports.values()))
    servers = "".join(
        SERVER.format(port=port, home=home, size=size, cache=cache, folder=site.folder)
        for ports, cache in ((site.ports, ""), (site.kept, KEPT))
        for size, port in ports.items()
    )
    user = "user root;" if os.getuid() == 0 else ""  # the folder is ours alone
    file = site.folder / "nginx.conf"
    file.write_text(NGINX.format(folder=site.folder, servers=servers, user=user))
    with _process([program("nginx"), "-c", str(file), "-g", "daemon off;"]) as process:
        _wait(process, lambda: (site.folder / "nginx.pid").exists())
        yield


@contextmanager
def _process(command: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if is_there():
                return
        except subprocess.CalledProcessError:
            pass  # the client of MariaDB finds no server yet
        time.sleep(0.05)
    raise AssertionError(f"It did not start: {process.args}")
