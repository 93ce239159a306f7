import { RULE_32110, RULE_SAAS } from '@/domain/protection/policy';
import { NOTHING_PROMISED } from '@/domain/retention/retention-policy';
import {
  cloud,
  databaseServer,
  FRANKFURT,
  IRELAND,
  nas,
  server,
  VIRGINIA,
  vm,
  workstation,
} from './machines';
import type { DemoClient } from './story';

const KEY_REFUSED =
  'Fatal: unable to open repository: Stat: The Access Key Id you provided does not exist in our records.';
const TIMED_OUT = 'Fatal: unable to open repository: dial tcp: i/o timeout';

/** The clients of the first MSP. */
export function quillmarkClients(): readonly DemoClient[] {
  return [
    {
      name: 'Harrowmere Dental Group',
      timeZone: 'Europe/London',
      startHour: 22,
      sites: [{ key: 'hq', name: 'Harrowmere', country: 'GB', latitude: 53.96, longitude: -1.08 }],
      systems: [
        server('dc-01', 60),
        server('fs-01', 910),
        databaseServer('sql-01', 240),
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
      startHour: 0,
      sites: [{ key: 'hull', name: 'Hull depot', country: 'GB', latitude: 53.74, longitude: -0.33 }],
      systems: [
        vm('fs-01', 1200),
        databaseServer('sql-01', 310),
        vm('app-02', 85),
        databaseServer('sql-02', 95),
        server('dc-01', 55),
        vm('web-01', 40),
      ],
      repositories: [
        nas('nas-02', 'hull'),
        cloud('tdw-vault', FRANKFURT, { hosts: ['fs-01', 'sql-01', 'app-02'] }),
        cloud('tdw-archive', FRANKFURT, {
          hosts: ['sql-02', 'dc-01', 'web-01'],
          offsetMinutes: 70,
        }),
      ],
      restoreTests: [{ repository: 'nas-02', hosts: ['fs-01', 'sql-01'], everyNights: 14, files: 1200 }],
      channels: [
        {
          kind: 'ping',
          name: 'Nightly dump script',
          host: 'dc-01',
          repository: 'nas-02',
          slug: 'nightly-dump',
          since: 12.3,
          failedAt: 3.9,
        },
        { kind: 'mail', name: 'Weighbridge records', host: 'weighbridge', since: 2.3 },
      ],
      events: [
        {
          kind: 'repository-problem',
          repository: 'tdw-vault',
          code: 'permission',
          message: KEY_REFUSED,
          from: 2.9,
        },
        {
          kind: 'second-run-fails',
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
      ],
      inventory: {
        domain: 'tindalworth.local',
        lacks: [],
        also: [{ host: 'scale-house', kind: 'workstation' }],
        excluded: [],
      },
    },
    {
      name: 'Brindleholt Primary Care',
      timeZone: 'Europe/London',
      startHour: 22,
      sites: [
        { key: 'surgery', name: 'Brindleholt surgery', country: 'GB', latitude: 52.2, longitude: 0.12 },
      ],
      systems: [
        databaseServer('emr-db', 420),
        server('dc-01', 50),
        vm('docs-01', 640),
        vm('phones-01', 20),
        workstation('reception-01', 60),
      ],
      repositories: [nas('nas-bh-01', 'surgery'), cloud('brindleholt-vault', FRANKFURT)],
      restoreTests: [
        { repository: 'nas-bh-01', hosts: ['emr-db'], everyNights: 7, files: 640 },
        { repository: 'brindleholt-vault', hosts: ['docs-01'], everyNights: 7, files: 900 },
      ],
      events: [
        {
          kind: 'restore-tests-fail',
          host: 'emr-db',
          repository: 'nas-bh-01',
          filesWrong: 212,
          from: 1.06,
        },
        { kind: 'runs-fail', repository: 'brindleholt-vault', message: TIMED_OUT, from: 10.6, to: 9.6 },
      ],
    },
    {
      name: 'Kettlesby Farms',
      timeZone: 'Europe/London',
      startHour: 22,
      sites: [
        { key: 'farm', name: 'Kettlesby farm office', country: 'GB', latitude: 53.25, longitude: -0.52 },
        { key: 'cottage', name: 'Warren Cottage', country: 'GB', latitude: 53.31, longitude: -0.41 },
      ],
      systems: [server('fs-01', 320), workstation('office-01', 75), workstation('office-02', 64)],
      repositories: [
        nas('nas-farm', 'farm'),
        nas('drive-a', 'cottage', {
          location: 'sftp:backup@cottage-pi:/mnt/drive-a/restic',
          declared: {
            media: 'removable',
            site: 'cottage',
            failureDomain: 'drive-a',
            expired: { site: 5.2 },
          },
          offsetMinutes: 30,
        }),
      ],
      events: ['nas-farm', 'drive-a'].map((repository) => ({
        kind: 'runs-fail',
        repository,
        hosts: ['office-02'],
        message: 'Fatal: unable to read /home: ssh: connect to host office-02 port 22: No route to host',
        from: 3.6,
      })),
    },
    {
      name: 'Vossberg Metallbau',
      timeZone: 'Europe/Berlin',
      startHour: 23,
      sites: [
        { key: 'werk', name: 'Werk Hagen', country: 'DE', latitude: 51.36, longitude: 7.47 },
        { key: 'lager', name: 'Lager Iserlohn', country: 'DE', latitude: 51.38, longitude: 7.7 },
      ],
      systems: [
        server('srv-cad', 2100),
        server('srv-erp', 380),
        vm('srv-dc', 60),
        databaseServer('srv-sql', 260),
        vm('srv-print', 15),
      ],
      repositories: [
        nas('syno-werk', 'werk'),
        nas('syno-lager', 'lager', { hosts: ['srv-cad', 'srv-erp'], offsetMinutes: 45 }),
        cloud('vossberg-vault', FRANKFURT, { hosts: ['srv-dc', 'srv-sql', 'srv-print'] }),
      ],
      declarations: [
        {
          at: 8.3,
          by: 'priya',
          repository: 'syno-lager',
          declared: { site: 'werk', failureDomain: 'syno-werk' },
          reason: 'The store in Iserlohn was given up: its disks are the second volume of syno-werk now',
        },
      ],
      events: [],
    },
    {
      name: 'Ulverby Marine',
      timeZone: 'Europe/London',
      startHour: 1,
      sites: [{ key: 'quay', name: 'Ulverby quay', country: 'GB', latitude: 54.2, longitude: -3.09 }],
      systems: [server('harbour-01', 140), vm('charts-01', 510), workstation('bridge-01', 45)],
      repositories: [nas('nas-quay', 'quay'), cloud('ulverby-vault', IRELAND)],
      events: [{ kind: 'silent', from: 2.6 }],
    },
    {
      name: 'Ravensmoor Radiology',
      timeZone: 'Europe/London',
      startHour: 21,
      sites: [{ key: 'clinic', name: 'Ravensmoor clinic', country: 'GB', latitude: 54.57, longitude: -1.23 }],
      systems: [
        vm('pacs-01', 3900),
        vm('pacs-02', 4100),
        vm('pacs-03', 2800),
        server('ris-01', 210),
        databaseServer('ris-sql', 160),
      ],
      repositories: [nas('nas-clinic', 'clinic'), cloud('ravensmoor-vault', IRELAND, { offsetMinutes: 90 })],
      restoreTests: [{ repository: 'nas-clinic', hosts: ['ris-sql'], everyNights: 10, files: 480 }],
      events: [
        {
          kind: 'second-run-fails',
          repository: 'ravensmoor-vault',
          hosts: ['pacs-02', 'pacs-03'],
          message: 'Fatal: unable to save snapshot: RequestTimeout: upload took too long',
          from: 1.16,
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
      sites: [{ key: 'office', name: 'Larkwell office', country: 'GB', latitude: 52.63, longitude: 1.3 }],
      systems: [server('fs-01', 480), databaseServer('crm-sql', 120), server('dc-01', 48), vm('mail-gw', 22)],
      repositories: [
        nas('nas-larkwell', 'office', {
          declared: {
            media: 'nas',
            site: 'office',
            failureDomain: 'nas-larkwell',
            expired: { media: 2.2 },
          },
        }),
        cloud('larkwell-vault', IRELAND, { hosts: ['fs-01', 'crm-sql', 'dc-01'] }),
        cloud('larkwell-mail', IRELAND, { hosts: ['mail-gw'] }),
      ],
      // Its tools keep 7 daily, as everybody's do.
      policy: {
        name: 'Two weeks of days',
        overrides: {
          retention: { ...NOTHING_PROMISED, daily: 14 },
          restoreTestCadenceSeconds: 14 * 86_400,
        },
      },
      events: [{ kind: 'runs-unseen', repository: 'larkwell-mail', from: 6.4 }],
    },
    {
      name: 'Orrin Vale Hotels',
      timeZone: 'Europe/London',
      startHour: 3,
      sites: [{ key: 'vale', name: 'Orrin Vale', country: 'GB', latitude: 56.1, longitude: -3.94 }],
      systems: [
        server('pms-01', 150),
        databaseServer('pms-sql', 88),
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
          message: TIMED_OUT,
          from: 14.5,
          to: 12.5,
        },
      ],
    },
    {
      name: 'Pellmark Foods',
      timeZone: 'Europe/Paris',
      startHour: 2,
      sites: [{ key: 'lille', name: 'Lille', country: 'FR', latitude: 50.63, longitude: 3.06 }],
      systems: [server('fs-01', 700), databaseServer('erp-sql', 410), vm('wms-01', 130), server('dc-01', 50)],
      repositories: [nas('nas-lille', 'lille'), cloud('pellmark-vault', IRELAND)],
      restoreTests: [{ repository: 'nas-lille', hosts: ['erp-sql'], everyNights: 7, files: 340 }],
      events: [
        {
          kind: 'repository-problem',
          repository: 'pellmark-vault',
          code: 'permission',
          message: KEY_REFUSED,
          from: 6.5,
          to: 1.17,
        },
      ],
    },
    {
      name: 'Moorhen Textiles',
      timeZone: 'Europe/Lisbon',
      startHour: 4,
      sites: [
        {
          key: 'm365',
          name: 'Microsoft 365 (EU)',
          country: 'NL',
          latitude: 52.37,
          longitude: 4.9,
          owner: 'provider',
        },
      ],
      systems: [
        { host: 'mailboxes', kind: 'saas', paths: ['tenant/mailboxes'], sizeGiB: 210, capture: 'mailboxes' },
        { host: 'sharepoint', kind: 'saas', paths: ['tenant/sharepoint'], sizeGiB: 540 },
      ],
      repositories: [cloud('moorhen-saas', FRANKFURT)],
      policy: { name: 'SaaS', overrides: { rule: RULE_SAAS } },
      events: [
        {
          kind: 'runs-fail',
          repository: 'moorhen-saas',
          hosts: ['sharepoint'],
          message: TIMED_OUT,
          from: 16.5,
          to: 15.5,
        },
      ],
    },
    {
      name: 'Calloway Reach Housing',
      timeZone: 'America/New_York',
      startHour: 23,
      sites: [
        { key: 'albany', name: 'Albany', country: 'US', latitude: 42.65, longitude: -73.75 },
        {
          key: 'leeds',
          name: 'Quillmark vault, Leeds',
          country: 'GB',
          latitude: 53.8,
          longitude: -1.55,
          owner: 'msp',
        },
      ],
      systems: [
        server('fs-01', 820),
        databaseServer('tenancy-sql', 190),
        server('dc-01', 50),
        vm('scan-01', 340),
        workstation('finance-01', 80),
      ],
      repositories: [
        nas('nas-albany', 'albany'),
        cloud('calloway-vault', VIRGINIA),
        {
          key: 'calloway-leeds',
          location: 'rest:https://vault.quillmark.example:8443/calloway',
          locationKind: 'rest',
          declared: {
            media: 'disk',
            site: 'leeds',
            failureDomain: 'quillmark-vault',
            immutability: 'append_only',
          },
          offsetMinutes: 60,
          isChecked: true,
        },
      ],
      policy: {
        name: 'Server 3-2-1-1-0',
        overrides: {
          rule: RULE_32110,
          acceptsAppendOnly: true,
          verificationCadenceSeconds: 8 * 86_400,
          retention: { ...NOTHING_PROMISED, daily: 7, weekly: 4 },
        },
      },
      restoreTests: [{ repository: 'nas-albany', everyNights: 7, files: 1500 }],
      channels: [
        {
          kind: 'webhook',
          name: 'Proxmox, scan-01',
          host: 'scan-01',
          repository: 'nas-albany',
          product: 'proxmox_vzdump',
          capture: 'image',
          since: 5.3,
        },
      ],
      events: [
        {
          kind: 'runs-warn',
          repository: 'calloway-vault',
          hosts: ['scan-01'],
          message: '3 files could not be read',
          from: 13.5,
          to: 12.5,
        },
      ],
    },
    {
      name: 'Eskerby Town Council',
      timeZone: 'Europe/London',
      startHour: 22,
      sites: [{ key: 'hall', name: 'Eskerby town hall', country: 'GB', latitude: 54.49, longitude: -0.61 }],
      systems: [
        server('fs-01', 260),
        databaseServer('rates-sql', 75),
        server('dc-01', 46),
        vm('planning-gis', 900),
        vm('web-01', 28),
        { ...server('minutes-01', 40), awaitedSince: 4.3 },
        { host: 'cctv-nas', kind: 'nas', paths: ['/volume1'], sizeGiB: 3000, awaitedSince: 4.3 },
      ],
      repositories: [nas('nas-hall', 'hall'), cloud('eskerby-vault', FRANKFURT)],
      events: [
        { kind: 'source-missing', host: 'planning-gis', path: '/srv', from: 9.5, to: 7.5 },
        { kind: 'points-deleted', repository: 'eskerby-vault', at: 18.4, nights: 3 },
      ],
      inventory: {
        domain: 'eskerby.local',
        lacks: ['web-01'],
        also: [
          { host: 'hall-reception', kind: 'workstation' },
          { host: 'print-02', kind: 'server' },
          { host: 'kiosk-01', kind: 'workstation' },
        ],
        excluded: [
          {
            name: 'kiosk-01.eskerby.local',
            ownerName: 'Town clerk, Eskerby',
            reason: 'Shows the opening hours only and is set up anew from an image.',
            days: 180,
          },
        ],
      },
    },
    {
      name: 'Fenwick & Rowe Solicitors',
      timeZone: 'Europe/London',
      startHour: 22,
      sites: [{ key: 'chambers', name: 'Rowe Chambers', country: 'GB', latitude: 51.45, longitude: -2.59 }],
      systems: [],
      repositories: [],
      events: [],
    },
  ];
}
