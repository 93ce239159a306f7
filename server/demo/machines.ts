import type { DemoRepository, DemoSite, DemoSystem } from './story';

/** Where the demo's clients keep their cloud copies. */
export const FRANKFURT = cloudSite('eu-central-1', 'Frankfurt (AWS)', 'DE', 50.11, 8.68);
export const IRELAND = cloudSite('eu-west-1', 'Dublin (AWS)', 'IE', 53.35, -6.26);
export const VIRGINIA = cloudSite('us-east-1', 'Virginia (AWS)', 'US', 38.95, -77.45);

function cloudSite(key: string, name: string, country: string, latitude: number, longitude: number) {
  return { key, name, country, latitude, longitude, owner: 'provider' } as const satisfies DemoSite;
}

/** A server; without paths: its settings and what it serves. */
export const server = (host: string, sizeGiB: number, ...paths: string[]): DemoSystem => ({
  host,
  kind: 'server',
  paths: paths.length > 0 ? paths : ['/etc', '/srv'],
  sizeGiB,
});

export const vm = (host: string, sizeGiB: number, ...paths: string[]): DemoSystem => ({
  ...server(host, sizeGiB, ...paths),
  kind: 'vm',
});

export const databaseServer = (host: string, sizeGiB: number): DemoSystem => ({
  host,
  kind: 'database',
  paths: ['/var/backups/sql'],
  sizeGiB,
});

export const workstation = (host: string, sizeGiB: number): DemoSystem => ({
  host,
  kind: 'workstation',
  paths: ['/home'],
  sizeGiB,
});

/** A NAS at a site of the client, as a technician declared it; `more` over that. */
export const nas = (key: string, site: string, more: Partial<DemoRepository> = {}): DemoRepository => ({
  key,
  location: `sftp:backup@${key}:/volume1/restic`,
  locationKind: 'sftp',
  declared: { media: 'nas', site, failureDomain: key },
  offsetMinutes: 0,
  isChecked: true,
  ...more,
});

/** A bucket of a public cloud, whose address tells medium and region: nobody has to declare them. */
export const cloud = (key: string, site: DemoSite, more: Partial<DemoRepository> = {}): DemoRepository => ({
  key,
  location: `s3:https://s3.${site.key}.amazonaws.com/${key}`,
  locationKind: 's3',
  declared: {},
  offsetMinutes: 45,
  isChecked: true,
  ...more,
});
