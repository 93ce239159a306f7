/** What `holdfast-agent config --example` prints. */
export const EXAMPLE_CONFIG = `// Holdfast agent. Comments and trailing commas are allowed. Put no secret in this file: name where it is kept.
{
  // The programs, when they are not on the PATH.
  "restic": "restic",
  "borg": "borg",
  "borgmatic": "borgmatic",
  "rsnapshot": "rsnapshot",
  "rdiff-backup": "rdiff-backup",
  "duplicity": "duplicity",
  "barman": "barman",

  "repositories": [
    {
      "tool": "restic",
      // As for 'restic -r'. A user and password do not belong into the address: give them to restic through
      // RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD in the agent's environment.
      "repo": "/srv/backup/restic",
      "name": "local",

      // Exactly one of these three; without any, the tool's own variables of the environment are used
      // (RESTIC_PASSWORD, RESTIC_PASSWORD_FILE, RESTIC_PASSWORD_COMMAND; BORG_PASSPHRASE, BORG_PASSCOMMAND).
      "password_file": "/etc/holdfast/restic-password",
      // "password_command": "pass show backup/restic",
      // "password_env": "MY_RESTIC_PASSWORD",

      // More variables for restic, such as AWS_PROFILE; no secrets.
      "env": {},

      // Jobs that write here. 'paths' is what each recovery point must hold: one that lacks a path is reported.
      "jobs": [{ "name": "nightly", "paths": ["/srv", "/etc"] }],

      // Integrity checks by 'holdfast-agent report'. Leave "check" out for none.
      // read_data: "structure" (does not read the data), "10%" (a share of it, by chance), or "all".
      "check": { "read_data": "10%", "every_hours": 168, "time_limit_minutes": 240 },

      // The size of the repository ('restic stats --mode raw-data'); slow on a very large one.
      "stats": true,

      // Only for "rest:http…": asks the server to remove a snapshot that cannot be there. 403 shows that it is append-only; nothing is removed.
      // "probe_append_only": true,
    },
    {
      "tool": "borg",
      // As for borg: a folder, ssh://user@host/path, or user@host:path.
      "repo": "ssh://backup@nas.example.net/./borg",
      "password_command": "cat /etc/holdfast/borg-passphrase",

      // borg asks a person before it reads a repository that is not encrypted, or lies elsewhere than before, for the
      // first time. Nobody sits here to answer: say here what you know to be right.
      // "accept": ["unencrypted", "relocated"],

      // read_data: "structure" (checksums only), or "all" (decrypts everything).
      "check": { "read_data": "all", "every_hours": 168 },
    },

    // Of these the agent lists what there is, which needs no password; it neither checks nor restores them.
    // rsnapshot: its configuration file. What it copies from which host, and where its log is, stands in there.
    { "tool": "rsnapshot", "repo": "/etc/rsnapshot.conf" },
    // A folder, or user@host::/folder. 'jobs' says whose data these are, where it is not this machine.
    { "tool": "rdiff-backup", "repo": "/srv/backup/rdiff", "jobs": [{ "name": "web", "host": "web01", "paths": ["/srv/www"] }] },
    // The address as duplicity takes it; a password for the server comes from FTP_PASSWORD in the agent's environment.
    { "tool": "duplicity", "repo": "sftp://backup@nas.example.net/duplicity", "jobs": [{ "name": "nightly", "paths": ["/srv"] }] },
    // barman: the name of a server; "config" where its configuration file is not where barman looks.
    { "tool": "barman", "repo": "main" },
  ],

  // All repositories of these borgmatic configurations; borgmatic says which, and borg then reads them.
  "borgmatic_configs": [{ "config": "/etc/borgmatic/config.yaml", "check": { "read_data": "structure" } }],

  // Folders in which a job of your own leaves a file each time, such as database dumps: each file that fits is a recovery point. The newest is
  // read whole: what was cut off or cannot be unpacked counts for nothing.
  "dump_folders": [
    {
      "folder": "/var/backups/mysql",
      "pattern": "shop-*.sql.gz",
      "name": "shop",
      "capture": "database", // database, files, image or mailboxes
      "bytes_min": 1000000, // a smaller file is no dump
      "settle_minutes": 10, // a file that was written to since is not finished
    },
  ],

  // Catalogues of Bacula or Bareos, on the director's machine: "sqlite" names a file; without it, a database of PostgreSQL is read.
  "bacula_catalogs": [
    // "user": as whom the agent (as root) runs psql, so that no password is needed; else "db_user" with "password_file" or "password_env".
    { "name": "main", "database": "bacula", "user": "bacula" },
  ],

  // Programs of your own that print what they know of backups as JSON, for what the agent cannot read itself (docs/agent.md has the form).
  // They are not run by a shell, get only the variables named here, and must be writable by their owner alone.
  "exec_collectors": [
    { "name": "tape-robot", "program": "/etc/holdfast/tape-robot", "args": ["--json"], "hand_on": ["ROBOT_PASSWORD"], "time_limit_seconds": 60 },
  ],

  // Windows Server Backup of this machine, as PowerShell tells of it; as an administrator or a backup operator.
  // "windows_server_backup": { "powershell": "powershell.exe" },

  // Restore tests: files are restored into a folder of the agent's own, compared, and removed. Nothing is restored over anything.
  "restore_tests": {
    // Where that folder is made; left out: 'scratch' in the state folder.
    "scratch": "/var/tmp/holdfast",
    "keep_free_mb": 1024,
    "time_limit_minutes": 120,
    // Of what restic reads, and borg from another machine. pgBackRest cannot be limited, and is then not tested.
    // "bandwidth_kib_per_second": 10000,
    // "size_mb_max": 50000,

    // Whether Holdfast may ask for a test of a repository or database of this file. It names which one and how many files, never a command.
    "on_request": true,

    "repositories": [
      // 'rule' is "sample" or "full". 'manifest' (hashes as sha256sum writes them, made before each backup), 'script' (called with
      // the folder; 0 passed, 1 failed, 77 skipped) and 'rto_minutes' may be left out; without 'every_hours' only by hand or on request.
      { "repo": "local", "every_hours": 720, "rule": "sample", "files": 20, "rto_minutes": 240 },
    ],

    // Databases that pgBackRest backs up, and what must be in them: one value a query. 'replay' is "archive" (the log to its end, the default)
    // or "backup". "check" has 'pgbackrest verify' read every file; leave it out for none.
    "postgres": [
      {
        "stanza": "main",
        "every_hours": 720,
        "check": { "every_hours": 168, "time_limit_minutes": 240 },
        "queries": [{ "name": "orders", "database": "shop", "sql": "select count(*) from orders", "at_least": 1000 }],
      },
    ],
  },

  // Seconds that one reading command may take.
  "limits": { "command_seconds": 120, "stats_seconds": 60 },

  // Reports wait here while the server cannot be reached. The oldest go first when it is full, and that is reported.
  "spool": { "size_mb_max": 500, "reports_max": 50000 },
}
`;
