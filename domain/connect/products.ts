/** A way by which a backup can tell of itself. */
export type WayKind = 'agent' | 'ping' | 'webhook' | 'mail' | 'pull';

/** What comes by a way can show at best. */
export interface Proof {
  /** `seen`: the repository itself is listed; `claimed`: a success stands for a copy that nobody saw. */
  readonly copies: 'seen' | 'claimed';
  /** Whether damage in what was backed up can be found. */
  readonly integrity: boolean;
  /** Whether samples can be restored and compared. */
  readonly restoreTests: boolean;
}

/**
 * How well the form of what a product sends is known (server/inbound). What is put together decides by itself only where somebody
 * chose the product.
 */
export type WayConfidence = 'real-output' | 'from-templates' | 'unverified';

export interface ConnectWay {
  readonly kind: WayKind;
  readonly proof: Proof;
  /** null: there is nothing to be read, the address itself says what happened. */
  readonly confidence: WayConfidence | null;
  /** What server/inbound calls the product whose messages come this way; null: nobody's in particular. */
  readonly reads: string | null;
  /** Where in the product the line or the address is entered. */
  readonly where: string;
}

export interface ConnectProduct {
  /** In addresses. */
  readonly key: string;
  readonly name: string;
  /** Further words by which it is looked for. */
  readonly also: string;
  /** What it backs up, where it is one thing. */
  readonly capture: 'files' | 'image' | 'database' | 'mailboxes';
  /** What shows most comes first. */
  readonly ways: readonly ConnectWay[];
}

const TESTED: Proof = { copies: 'seen', integrity: true, restoreTests: true };
const CHECKED: Proof = { copies: 'seen', integrity: true, restoreTests: false };
const LISTED: Proof = { copies: 'seen', integrity: false, restoreTests: false };
const CLAIMED: Proof = { copies: 'claimed', integrity: false, restoreTests: false };

const agent = (proof: Proof, where: string, confidence: WayConfidence = 'real-output'): ConnectWay => ({
  kind: 'agent',
  proof,
  confidence,
  reads: null,
  where,
});
const ping = (where: string): ConnectWay => ({
  kind: 'ping',
  proof: CLAIMED,
  confidence: null,
  reads: null,
  where,
});
const told =
  (kind: 'mail' | 'webhook') =>
  (reads: string, confidence: WayConfidence, where: string): ConnectWay => ({
    kind,
    proof: CLAIMED,
    confidence,
    reads,
    where,
  });
const pull = (reads: string | null, confidence: WayConfidence, where: string): ConnectWay => ({
  kind: 'pull',
  proof: CLAIMED,
  confidence,
  reads,
  where,
});
const mail = told('mail');
const webhook = told('webhook');

const product = (
  key: string,
  name: string,
  capture: ConnectProduct['capture'],
  ways: readonly ConnectWay[],
  also = '',
): ConnectProduct => ({ key, name, also, capture, ways });

const IN_SCRIPT = 'In the script or the scheduled task that makes the backup.';
const ON_MACHINE = 'On the machine that makes the backups.';

/**
 * Every product that can be connected, with its ways. A ping is offered only where the product calls different addresses for success and
 * failure, or a script decides between them: one address for both would turn each failure into a success.
 */
export const CONNECT_PRODUCTS: readonly ConnectProduct[] = [
  product('restic', 'restic', 'files', [agent(TESTED, ON_MACHINE), ping(IN_SCRIPT)]),
  product('borg', 'borg', 'files', [agent(TESTED, ON_MACHINE), ping(IN_SCRIPT)], 'borgbackup'),
  product('borgmatic', 'borgmatic', 'files', [
    agent(TESTED, `${ON_MACHINE} It reads the repositories of borgmatic’s own configuration.`),
    ping('In borgmatic’s configuration, under healthchecks.'),
  ]),
  product(
    'pgbackrest',
    'pgBackRest',
    'database',
    [agent(TESTED, 'On the machine that holds the repository, or the database host.'), ping(IN_SCRIPT)],
    'postgres postgresql',
  ),
  product(
    'resticprofile',
    'resticprofile',
    'files',
    [agent(TESTED, ON_MACHINE), ping('In the profile: send-before, send-after and send-after-fail.')],
    'restic',
  ),
  product(
    'autorestic',
    'autorestic',
    'files',
    [agent(TESTED, ON_MACHINE), ping('In the location’s hooks: before, success and failure.')],
    'restic',
  ),
  product(
    'dumps',
    'Dumps of databases',
    'database',
    [agent(CHECKED, 'On the machine that has the folder of dumps.'), ping(IN_SCRIPT)],
    'mysqldump pg_dump mysql mariadb postgresql sql',
  ),
  product(
    'barman',
    'Barman',
    'database',
    [agent(LISTED, ON_MACHINE), ping(IN_SCRIPT)],
    'postgres postgresql',
  ),
  product('duplicity', 'duplicity', 'files', [agent(LISTED, ON_MACHINE), ping(IN_SCRIPT)]),
  product('rsnapshot', 'rsnapshot', 'files', [agent(LISTED, ON_MACHINE), ping(IN_SCRIPT)]),
  product('rdiff-backup', 'rdiff-backup', 'files', [agent(LISTED, ON_MACHINE), ping(IN_SCRIPT)]),
  product('bacula', 'Bacula', 'files', [
    agent(LISTED, 'On the machine of the director, which reads its catalogue.'),
    mail('bacula', 'real-output', 'In the Messages resource of the director: mail = <address> = all.'),
  ]),
  product('bareos', 'Bareos', 'files', [
    agent(LISTED, 'On the machine of the director, which reads its catalogue.', 'unverified'),
    mail('bareos', 'from-templates', 'In the Messages resource of the director: mail = <address> = all.'),
  ]),
  product('duplicati', 'Duplicati', 'files', [
    webhook('duplicati', 'from-templates', 'In the backup’s options, advanced: send-http-json-urls.'),
    mail(
      'duplicati',
      'from-templates',
      'In the backup’s options, advanced: send-mail-to, and send-mail-level All.',
    ),
  ]),
  product(
    'proxmox',
    'Proxmox VE',
    'image',
    [
      webhook(
        'proxmox_vzdump',
        'from-templates',
        'Datacenter, Notifications, Add, Webhook: POST, the address, the header Content-Type: application/json and this body. Then have the matcher of your backup jobs use it, for every severity.',
      ),
      mail(
        'proxmox_vzdump',
        'from-templates',
        'Datacenter, Notifications, Add, SMTP: for successes too, not for failures only.',
      ),
    ],
    'vzdump pve virtual machines',
  ),
  product(
    'pbs',
    'Proxmox Backup Server',
    'image',
    [
      pull(
        'proxmox_backup_server',
        'unverified',
        'Configuration, Access Control, API Token: a token of its own, with the role Audit on /system/tasks and on /datastore.',
      ),
      mail(
        'proxmox_backup_server',
        'from-templates',
        'Configuration, Notifications, Add, SMTP: for every severity.',
      ),
    ],
    'pbs',
  ),
  product('kopia', 'Kopia', 'files', [
    webhook('kopia', 'from-templates', 'On the machine that runs Kopia, once for each repository.'),
    mail(
      'kopia',
      'from-templates',
      'On the machine that runs Kopia: a notification profile of the kind email.',
    ),
  ]),
  product(
    'zerobyte',
    'Zerobyte',
    'files',
    [
      webhook(
        'zerobyte',
        'from-templates',
        'In the backup’s webhooks, before and after; the address’ origin must be in WEBHOOK_ALLOWED_ORIGINS.',
      ),
    ],
    'restic',
  ),
  product(
    'databasus',
    'Databasus',
    'database',
    [
      webhook(
        'databasus',
        'from-templates',
        'Notifiers, Add, Webhook: POST. Then choose it for the database, for successes too.',
      ),
    ],
    'postgresus postgres mysql',
  ),
  product(
    'hyper-backup',
    'Synology Hyper Backup',
    'files',
    [
      mail(
        'synology_hyper_backup',
        'from-templates',
        'Control Panel, Notification, Email: the address as a recipient, with Hyper Backup’s successes among the rules.',
      ),
      webhook(
        'synology_dsm',
        'from-templates',
        'Control Panel, Notification, Webhooks: POST, with the message as its only field, text.',
      ),
    ],
    'nas dsm',
  ),
  product(
    'active-backup',
    'Synology Active Backup for Business',
    'image',
    [
      mail(
        'synology_abb',
        'from-templates',
        'Control Panel, Notification, Email: the address as a recipient, with Active Backup’s successes among the rules.',
      ),
    ],
    'abb nas dsm',
  ),
  product(
    'qnap',
    'QNAP Hybrid Backup Sync',
    'files',
    [
      mail(
        'qnap_hbs',
        'from-templates',
        'Notification Center, rules: an event rule for Hybrid Backup Sync, of every severity, to the address.',
      ),
    ],
    'hbs nas',
  ),
  product(
    'veeam',
    'Veeam Backup & Replication',
    'image',
    [
      pull(
        'veeam_vbr',
        'unverified',
        'Users and Roles: an account of its own with the role Veeam Backup Viewer, without multi-factor authentication.',
      ),
      mail(
        'veeam_vbr',
        'from-templates',
        'Options, E-mail Settings: the address as a recipient, for success, warning and failure; not suppressed until the last retry.',
      ),
    ],
    'vbr vmware hyper-v',
  ),
  product(
    'windows-server-backup',
    'Windows Server Backup',
    'image',
    [
      webhook(
        'windows_server_backup',
        'real-output',
        'In a scheduled task that runs after the backup, as an administrator.',
      ),
      mail(
        'windows_server_backup',
        'real-output',
        'In a script of your own that mails what Get-WBSummary prints.',
      ),
    ],
    'wsb wbadmin',
  ),
  product('acronis', 'Acronis Cyber Backup', 'image', [
    mail(
      'acronis',
      'from-templates',
      'In the plan’s backup options, E-mail notifications: for successes too.',
    ),
  ]),
  product(
    'altaro',
    'Altaro / Hornetsecurity VM Backup',
    'image',
    [mail('altaro', 'from-templates', 'Settings, E-mail notifications: for successes too.')],
    'hornetsecurity vm',
  ),
  product(
    'backup-exec',
    'Backup Exec',
    'files',
    [
      mail(
        'backup_exec',
        'from-templates',
        'In the notification options of the job: every kind of alert, to the address.',
      ),
    ],
    'veritas symantec arctera',
  ),
  product('macrium', 'Macrium Reflect', 'image', [
    mail('macrium', 'from-templates', 'Other Tasks, Edit Defaults, Email: for success, warning and failure.'),
  ]),
  product('urbackup', 'UrBackup', 'files', [
    mail('urbackup', 'from-templates', 'Settings, Mail, then Users: reports of every class to the address.'),
  ]),
  product(
    'csv-report',
    'Backup results as a CSV file',
    'files',
    [
      mail(
        'csv_report',
        'from-templates',
        'The sender’s generic report: subject Backup Report CSV, a .csv file with Device, Status, Backup Date, Job.',
      ),
    ],
    'backup radar generic parser',
  ),
  product(
    'cove',
    'N-able Cove Data Protection',
    'image',
    [mail('cove', 'unverified', 'Management console, Notifications: the backup status of each device.')],
    'solarwinds n-able',
  ),
  product(
    'datto',
    'Datto BCDR',
    'image',
    [mail('datto', 'unverified', 'Device, Configure, Email alerts: backup alerts to the address.')],
    'siris kaseya',
  ),
  product(
    'msp360',
    'MSP360 Managed Backup',
    'files',
    [mail('msp360', 'unverified', 'In the plan’s notifications: when it is complete, in all cases.')],
    'cloudberry',
  ),
  product('nakivo', 'NAKIVO Backup & Replication', 'image', [
    mail('nakivo', 'unverified', 'Settings, General, Notifications: job reports to the address.'),
  ]),
  product(
    'script',
    'Something else',
    'files',
    [
      ping(IN_SCRIPT),
      agent(CLAIMED, `${ON_MACHINE} It runs the command and tells how it ended.`),
      pull(null, 'from-templates', 'Any server that answers with a list of runs in JSON.'),
      { ...mail('', 'unverified', 'Wherever the product sends its mails.'), reads: null },
    ],
    'any other script cron systemd powershell program unknown',
  ),
];

/** The product of an address; null: there is none of this key. */
export function connectProduct(key: string): ConnectProduct | null {
  return CONNECT_PRODUCTS.find((one) => one.key === key) ?? null;
}

/** The product whose messages server/inbound calls so; null: none. */
export function productRead(reads: string): ConnectProduct | null {
  return CONNECT_PRODUCTS.find(({ ways }) => ways.some((way) => way.reads === reads)) ?? null;
}

/** What a status can rest on that comes by this way, in plain words. */
export function proofSentence({ copies, integrity, restoreTests }: Proof): string {
  if (copies === 'claimed')
    return 'Shows that a run said so, no more. Where you name the repository, a success claims a copy there that nobody saw: at risk at best, never compliant.';
  if (restoreTests)
    return 'Shows every copy as the repository lists it, finds damage, and restores samples to prove that they can be restored.';
  if (integrity)
    return 'Shows every copy as it lies there, and reads the newest to its end. It restores nothing.';
  return 'Shows every copy as the tool lists it. It neither looks for damage nor restores anything.';
}

/** How well it is known what comes this way, in plain words. */
export const CONFIDENCE_WORD: Readonly<Record<WayConfidence, string>> = {
  'real-output': 'seen from real output',
  'from-templates': 'from the product’s own templates',
  unverified: 'put together from documents',
};
