import type { RepositoryProblemCode } from '@/contract/report';
import type { MediaClass, SystemKind } from '@/domain/protection/facts';
import { DEFAULT_POLICY, RULE_32110, RULE_SAAS, type ProtectionPolicy } from '@/domain/protection/policy';

/** The demo's one cast: two MSPs, their clients, machines, repositories, and what happens to them. All invented. */
export interface DemoMsp {
  name: string;
  timeZone: string;
  /** E-mail domain of its people. */
  domain: string;
  people: readonly { role: 'owner' | 'admin' | 'technician' | 'read-only'; name: string; mailbox: string }[];
  policy: ProtectionPolicy;
  clients: readonly DemoClient[];
}

export interface DemoClient {
  name: string;
  timeZone: string;
  sites: readonly DemoSite[];
  /** Hour of day (client's zone) at which the nightly backups start. */
  startHour: number;
  systems: readonly DemoSystem[];
  repositories: readonly DemoRepository[];
  policy?: ProtectionPolicy;
  events: readonly DemoEvent[];
}

export interface DemoSite {
  key: string;
  name: string;
  country: string;
  latitude: number;
  longitude: number;
  owner?: 'provider';
}

export interface DemoSystem {
  host: string;
  kind: SystemKind;
  paths: readonly string[];
  sizeGiB: number;
}

export interface DemoRepository {
  key: string;
  location: string;
  locationKind: 'local' | 'sftp' | 's3' | 'rest' | 'nfs';
  /** What technicians have declared of it; null where nobody has said. */
  media: MediaClass | null;
  site: string | null;
  failureDomain: string | null;
  /** Hosts that write to it; left out: all. */
  hosts?: readonly string[];
  /** Minutes after the start hour. */
  offsetMinutes: number;
  /** The agent sees only the listing, not how the runs ended. */
  isOutcomeUnseen?: boolean;
  /** The agent checks a subset of its data each week. */
  isChecked?: boolean;
}

/** What goes wrong; days count back from the installation of the demo, so 2.5 is two and a half days before it. */
export type DemoEvent =
  | {
      kind: 'repository-problem';
      repository: string;
      code: RepositoryProblemCode;
      message: string;
      from: number;
      to?: number;
    }
  | {
      kind: 'runs-fail';
      repository: string;
      hosts?: readonly string[];
      message: string;
      from: number;
      to?: number;
    }
  | {
      kind: 'retry-fails';
      repository: string;
      hosts?: readonly string[];
      message: string;
      from: number;
      to?: number;
    }
  | {
      kind: 'runs-warn';
      repository: string;
      hosts?: readonly string[];
      message: string;
      from: number;
      to?: number;
    }
  | { kind: 'source-missing'; host: string; path: string; from: number; to?: number }
  | { kind: 'check-finds-damage'; repository: string; from: number; to?: number }
  | {
      kind: 'restore-test';
      host: string;
      repository: string;
      at: number;
      result: 'passed' | 'failed';
      files: number;
    }
  | { kind: 'silent'; from: number; to?: number };

const DAILY: ProtectionPolicy = { ...DEFAULT_POLICY, name: 'Server 3-2-1', rpoSeconds: 30 * 3600 };
const STRICT: ProtectionPolicy = {
  ...DAILY,
  name: 'Server 3-2-1-1-0',
  rule: RULE_32110,
  verificationCadenceSeconds: 8 * 86_400,
};
const SAAS: ProtectionPolicy = { ...DAILY, name: 'SaaS', rule: RULE_SAAS };

const FRANKFURT: DemoSite = {
  key: 'aws-frankfurt',
  name: 'Frankfurt (AWS)',
  country: 'DE',
  latitude: 50.11,
  longitude: 8.68,
  owner: 'provider',
};
const IRELAND: DemoSite = {
  key: 'aws-ireland',
  name: 'Ireland (AWS)',
  country: 'IE',
  latitude: 53.34,
  longitude: -6.27,
  owner: 'provider',
};

const server = (host: string, sizeGiB: number, ...paths: string[]): DemoSystem => ({
  host,
  kind: 'server',
  paths: paths.length > 0 ? paths : ['/etc', '/srv'],
  sizeGiB,
});
const vm = (host: string, sizeGiB: number, ...paths: string[]): DemoSystem => ({
  ...server(host, sizeGiB, ...paths),
  kind: 'vm',
});
const database = (host: string, sizeGiB: number): DemoSystem => ({
  host,
  kind: 'database',
  paths: ['/var/backups/sql'],
  sizeGiB,
});
const workstation = (host: string, sizeGiB: number): DemoSystem => ({
  host,
  kind: 'workstation',
  paths: ['/home'],
  sizeGiB,
});

const nas = (key: string, site: string, more: Partial<DemoRepository> = {}): DemoRepository => ({
  key,
  location: `sftp:backup@${key}:/volume1/restic`,
  locationKind: 'sftp',
  media: 'nas',
  site,
  failureDomain: key,
  offsetMinutes: 0,
  isChecked: true,
  ...more,
});
const cloud = (key: string, site: DemoSite, more: Partial<DemoRepository> = {}): DemoRepository => ({
  key,
  location: `s3:https://s3.${site === FRANKFURT ? 'eu-central-1' : 'eu-west-1'}.amazonaws.com/${key}`,
  locationKind: 's3',
  media: 'object-storage',
  site: site.key,
  failureDomain: `aws ${site === FRANKFURT ? 'eu-central-1' : 'eu-west-1'}`,
  offsetMinutes: 45,
  isChecked: true,
  ...more,
});

const KEY_REFUSED =
  'Fatal: unable to open repository: Stat: The Access Key Id you provided does not exist in our records.';

const QUILLMARK_CLIENTS: readonly DemoClient[] = [
  {
    name: 'Harrowmere Dental Group',
    timeZone: 'Europe/London',
    startHour: 22,
    sites: [{ key: 'hq', name: 'Harrowmere', country: 'GB', latitude: 53.96, longitude: -1.08 }, IRELAND],
    systems: [
      server('dc-01', 60),
      server('fs-01', 910),
      database('sql-01', 240),
      vm('rds-01', 180),
      vm('xray-01', 1400),
      workstation('front-desk', 90),
    ],
    repositories: [nas('nas-hq-01', 'hq'), cloud('harrowmere-vault', IRELAND)],
    events: [
      {
        kind: 'repository-problem',
        repository: 'nas-hq-01',
        code: 'network',
        message: 'ssh: connect to host nas-hq-01 port 22: No route to host',
        from: 1.7,
      },
      {
        kind: 'runs-fail',
        repository: 'nas-hq-01',
        message: 'Fatal: unable to open repository: ssh: connect to host nas-hq-01 port 22: No route to host',
        from: 1.7,
      },
      {
        kind: 'runs-warn',
        repository: 'harrowmere-vault',
        hosts: ['fs-01'],
        message: '2 files could not be read',
        from: 21.5,
        to: 20.5,
      },
    ],
  },
  {
    name: 'Tindalworth Logistics',
    timeZone: 'Europe/London',
    startHour: 1,
    sites: [{ key: 'hull', name: 'Hull depot', country: 'GB', latitude: 53.74, longitude: -0.33 }, FRANKFURT],
    systems: [
      vm('fs-01', 1200),
      database('sql-01', 310),
      vm('app-02', 85),
      database('sql-02', 95),
      server('dc-01', 55),
      server('dc-02', 55),
      vm('web-01', 40),
    ],
    repositories: [
      nas('nas-02', 'hull'),
      cloud('tdw-vault', FRANKFURT, { hosts: ['fs-01', 'sql-01', 'app-02'] }),
      cloud('tdw-archive', FRANKFURT, { hosts: ['sql-02', 'dc-01', 'dc-02', 'web-01'], offsetMinutes: 70 }),
    ],
    events: [
      {
        kind: 'repository-problem',
        repository: 'tdw-vault',
        code: 'permission',
        message: KEY_REFUSED,
        from: 2.9,
      },
      { kind: 'runs-fail', repository: 'tdw-vault', message: KEY_REFUSED, from: 2.9 },
      {
        kind: 'retry-fails',
        repository: 'nas-02',
        hosts: ['sql-02'],
        message: 'Fatal: unable to save snapshot: no space left on device',
        from: 1.2,
      },
      {
        kind: 'runs-warn',
        repository: 'nas-02',
        hosts: ['fs-01'],
        message: '1 file could not be read',
        from: 27.5,
        to: 26.5,
      },
      { kind: 'restore-test', host: 'fs-01', repository: 'nas-02', at: 12.3, result: 'passed', files: 1200 },
    ],
  },
  {
    name: 'Brindleholt Primary Care',
    timeZone: 'Europe/London',
    startHour: 23,
    sites: [
      { key: 'surgery', name: 'Brindleholt surgery', country: 'GB', latitude: 52.2, longitude: 0.12 },
      FRANKFURT,
    ],
    systems: [
      database('emr-db', 420),
      server('dc-01', 50),
      vm('docs-01', 640),
      vm('phones-01', 20),
      workstation('reception-01', 60),
    ],
    repositories: [nas('nas-bh-01', 'surgery'), cloud('brindleholt-vault', FRANKFURT)],
    events: [
      {
        kind: 'restore-test',
        host: 'emr-db',
        repository: 'nas-bh-01',
        at: 0.9,
        result: 'failed',
        files: 212,
      },
      {
        kind: 'restore-test',
        host: 'docs-01',
        repository: 'brindleholt-vault',
        at: 9.4,
        result: 'passed',
        files: 900,
      },
    ],
  },
  {
    name: 'Kettlesby Farms',
    timeZone: 'Europe/London',
    startHour: 21,
    sites: [{ key: 'farm', name: 'Kettlesby farm office', country: 'GB', latitude: 53.25, longitude: -0.52 }],
    systems: [server('fs-01', 320), workstation('office-01', 75), workstation('office-02', 64)],
    repositories: [
      nas('nas-farm', 'farm'),
      nas('usb-drive-a', 'farm', {
        location: 'sftp:backup@fs-01:/mnt/usb-a/restic',
        media: 'removable',
        failureDomain: 'usb-drive-a',
        offsetMinutes: 30,
      }),
    ],
    events: [],
  },
  {
    name: 'Vossberg Metallbau',
    timeZone: 'Europe/Berlin',
    startHour: 22,
    sites: [{ key: 'werk', name: 'Werk Hagen', country: 'DE', latitude: 51.36, longitude: 7.47 }, FRANKFURT],
    systems: [
      server('srv-cad', 2100),
      server('srv-erp', 380),
      vm('srv-dc', 60),
      database('srv-sql', 260),
      vm('srv-print', 15),
    ],
    repositories: [
      nas('syno-werk-a', 'werk', {
        location: 'sftp:restic@syno-werk:/volume1/a',
        failureDomain: 'syno-werk',
        hosts: ['srv-cad', 'srv-erp'],
      }),
      nas('syno-werk-b', 'werk', {
        location: 'sftp:restic@syno-werk:/volume2/b',
        failureDomain: 'syno-werk',
        hosts: ['srv-cad', 'srv-erp'],
        offsetMinutes: 90,
      }),
      nas('syno-werk-c', 'werk', {
        location: 'sftp:restic@syno-werk:/volume1/c',
        failureDomain: 'syno-werk',
        hosts: ['srv-dc', 'srv-sql', 'srv-print'],
      }),
      cloud('vossberg-vault', FRANKFURT, { hosts: ['srv-dc', 'srv-sql', 'srv-print'] }),
    ],
    events: [],
  },
  {
    name: 'Ulverby Marine',
    timeZone: 'Europe/London',
    startHour: 0,
    sites: [{ key: 'quay', name: 'Ulverby quay', country: 'GB', latitude: 54.2, longitude: -3.09 }, IRELAND],
    systems: [server('harbour-01', 140), vm('charts-01', 510), workstation('bridge-01', 45)],
    repositories: [nas('nas-quay', 'quay'), cloud('ulverby-vault', IRELAND)],
    events: [{ kind: 'silent', from: 2.6 }],
  },
  {
    name: 'Ravensmoor Radiology',
    timeZone: 'Europe/London',
    startHour: 20,
    sites: [
      { key: 'clinic', name: 'Ravensmoor clinic', country: 'GB', latitude: 54.57, longitude: -1.23 },
      IRELAND,
    ],
    systems: [
      vm('pacs-01', 3900),
      vm('pacs-02', 4100),
      vm('pacs-03', 2800),
      server('ris-01', 210),
      database('ris-sql', 160),
      server('dc-01', 50),
    ],
    repositories: [nas('nas-clinic', 'clinic'), cloud('ravensmoor-vault', IRELAND, { offsetMinutes: 120 })],
    events: [
      {
        kind: 'retry-fails',
        repository: 'ravensmoor-vault',
        hosts: ['pacs-02', 'pacs-03'],
        message: 'Fatal: unable to save snapshot: RequestTimeout: upload took too long',
        from: 0.9,
      },
      {
        kind: 'runs-warn',
        repository: 'nas-clinic',
        hosts: ['pacs-02'],
        message: '14 files changed while they were read',
        from: 23.5,
        to: 22.5,
      },
    ],
  },
  {
    name: 'Larkwell Insurance Brokers',
    timeZone: 'Europe/London',
    startHour: 22,
    sites: [
      { key: 'office', name: 'Larkwell office', country: 'GB', latitude: 52.63, longitude: 1.3 },
      IRELAND,
    ],
    systems: [server('fs-01', 480), database('crm-sql', 120), server('dc-01', 48), vm('mail-gw', 22)],
    repositories: [
      nas('nas-larkwell', 'office'),
      cloud('larkwell-vault', IRELAND, { hosts: ['fs-01', 'crm-sql', 'dc-01'] }),
      cloud('larkwell-listing', IRELAND, { hosts: ['mail-gw'], isOutcomeUnseen: true }),
    ],
    events: [],
  },
  {
    name: 'Orrin Vale Hotels',
    timeZone: 'Europe/London',
    startHour: 3,
    sites: [{ key: 'vale', name: 'Orrin Vale', country: 'GB', latitude: 56.1, longitude: -3.94 }, FRANKFURT],
    systems: [
      server('pms-01', 150),
      database('pms-sql', 88),
      vm('pos-01', 30),
      vm('cctv-01', 5200),
      server('dc-01', 44),
    ],
    repositories: [
      nas('nas-ov-02', 'vale'),
      cloud('orrin-vault', FRANKFURT, { hosts: ['pms-01', 'pos-01', 'dc-01'] }),
      cloud('orrin-cctv', FRANKFURT, { hosts: ['cctv-01', 'pms-sql'], offsetMinutes: 80 }),
    ],
    events: [
      { kind: 'check-finds-damage', repository: 'orrin-cctv', from: 4.2 },
      {
        kind: 'runs-fail',
        repository: 'orrin-vault',
        hosts: ['pms-01'],
        message: 'Fatal: unable to open repository: dial tcp: i/o timeout',
        from: 14.5,
        to: 12.5,
      },
    ],
  },
  {
    name: 'Pellmark Foods',
    timeZone: 'Europe/Paris',
    startHour: 1,
    sites: [{ key: 'lille', name: 'Lille', country: 'FR', latitude: 50.63, longitude: 3.06 }, IRELAND],
    systems: [
      server('fs-01', 700),
      database('erp-sql', 410),
      vm('wms-01', 130),
      vm('web-01', 35),
      server('dc-01', 50),
      server('dc-02', 50),
    ],
    repositories: [nas('nas-lille', 'lille'), cloud('pellmark-vault', IRELAND)],
    events: [
      { kind: 'runs-fail', repository: 'pellmark-vault', message: KEY_REFUSED, from: 6.5, to: 1.5 },
      {
        kind: 'restore-test',
        host: 'erp-sql',
        repository: 'pellmark-vault',
        at: 5.1,
        result: 'passed',
        files: 340,
      },
    ],
  },
  {
    name: 'Moorhen Textiles',
    timeZone: 'Europe/Lisbon',
    startHour: 2,
    sites: [
      { key: 'porto', name: 'Porto', country: 'PT', latitude: 41.15, longitude: -8.61 },
      {
        key: 'm365',
        name: 'Microsoft 365 (EU)',
        country: 'NL',
        latitude: 52.37,
        longitude: 4.9,
        owner: 'provider',
      },
      FRANKFURT,
    ],
    systems: [
      { host: 'mailboxes', kind: 'saas', paths: ['tenant/mailboxes'], sizeGiB: 210 },
      { host: 'sharepoint', kind: 'saas', paths: ['tenant/sharepoint'], sizeGiB: 540 },
    ],
    repositories: [cloud('moorhen-saas', FRANKFURT)],
    policy: SAAS,
    events: [],
  },
  {
    name: 'Calloway Reach Housing',
    timeZone: 'America/New_York',
    startHour: 23,
    sites: [{ key: 'albany', name: 'Albany', country: 'US', latitude: 42.65, longitude: -73.75 }, IRELAND],
    systems: [
      server('fs-01', 820),
      database('tenancy-sql', 190),
      server('dc-01', 50),
      vm('intranet', 60),
      vm('scan-01', 340),
      workstation('finance-01', 80),
      workstation('finance-02', 76),
    ],
    repositories: [nas('nas-albany', 'albany'), cloud('calloway-vault', IRELAND)],
    policy: STRICT,
    events: [
      {
        kind: 'restore-test',
        host: 'fs-01',
        repository: 'calloway-vault',
        at: 6.2,
        result: 'passed',
        files: 1500,
      },
    ],
  },
  {
    name: 'Eskerby Town Council',
    timeZone: 'Europe/London',
    startHour: 22,
    sites: [
      { key: 'hall', name: 'Eskerby town hall', country: 'GB', latitude: 54.49, longitude: -0.61 },
      FRANKFURT,
    ],
    systems: [
      server('fs-01', 260),
      database('rates-sql', 75),
      server('dc-01', 46),
      vm('planning-gis', 900),
      vm('web-01', 28),
    ],
    repositories: [nas('nas-hall', 'hall'), cloud('eskerby-vault', FRANKFURT)],
    events: [{ kind: 'source-missing', host: 'planning-gis', path: '/srv', from: 9.5, to: 7.5 }],
  },
];

const NORTHGATE_CLIENTS: readonly DemoClient[] = [
  {
    name: 'Ashgrove Veterinary',
    timeZone: 'Europe/Dublin',
    startHour: 23,
    sites: [
      { key: 'ashgrove', name: 'Ashgrove', country: 'IE', latitude: 53.27, longitude: -9.05 },
      FRANKFURT,
    ],
    systems: [server('vet-01', 120), database('vet-sql', 60)],
    repositories: [nas('nas-ashgrove', 'ashgrove'), cloud('ashgrove-vault', FRANKFURT)],
    events: [],
  },
  {
    name: 'Coldwater Press',
    timeZone: 'Europe/Dublin',
    startHour: 1,
    sites: [{ key: 'press', name: 'Coldwater', country: 'IE', latitude: 51.9, longitude: -8.47 }, FRANKFURT],
    systems: [server('press-01', 400), vm('archive-01', 2200)],
    repositories: [nas('nas-press', 'press'), cloud('coldwater-vault', FRANKFURT, { hosts: ['press-01'] })],
    events: [],
  },
];

export const DEMO_CAST: readonly DemoMsp[] = [
  {
    name: 'Quillmark IT',
    timeZone: 'Europe/London',
    domain: 'quillmark.example',
    people: [
      { role: 'technician', name: 'Mara Ellison', mailbox: 'mara' },
      { role: 'owner', name: 'Owen Quill', mailbox: 'owen' },
      { role: 'admin', name: 'Priya Nair', mailbox: 'priya' },
      { role: 'read-only', name: 'Tom Hale', mailbox: 'tom' },
    ],
    policy: DAILY,
    clients: QUILLMARK_CLIENTS,
  },
  {
    name: 'Northgate Systems',
    timeZone: 'Europe/Dublin',
    domain: 'northgate.example',
    people: [
      { role: 'technician', name: 'Niamh Byrne', mailbox: 'niamh' },
      { role: 'owner', name: 'Conor Walsh', mailbox: 'conor' },
    ],
    policy: DAILY,
    clients: NORTHGATE_CLIENTS,
  },
];
