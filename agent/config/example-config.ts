/** What `holdfast-agent config --example` prints. */
export const EXAMPLE_CONFIG = `// Holdfast agent. Comments and trailing commas are allowed. Put no secret in this file: name where it is kept.
{
  // The programs, when they are not on the PATH.
  "restic": "restic",
  "borg": "borg",
  "borgmatic": "borgmatic",

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
  ],

  // All repositories of these borgmatic configurations; borgmatic says which, and borg then reads them.
  "borgmatic_configs": [{ "config": "/etc/borgmatic/config.yaml", "check": { "read_data": "structure" } }],

  // Seconds that one reading command may take.
  "limits": { "command_seconds": 120, "stats_seconds": 60 },

  // Reports wait here while the server cannot be reached. The oldest go first when it is full, and that is reported.
  "spool": { "size_mb_max": 500, "reports_max": 50000 },
}
`;
