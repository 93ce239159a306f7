import { RULE_32110 } from '@/domain/protection/policy';
import { cloud, databaseServer, FRANKFURT, IRELAND, nas, server, vm } from './machines';
import type { DemoClient } from './story';

/** The clients of the second MSP. */
export function northgateClients(): readonly DemoClient[] {
  return [
    {
      name: 'Coldwater Press',
      timeZone: 'Europe/Dublin',
      startHour: 23,
      sites: [{ key: 'press', name: 'Coldwater', country: 'IE', latitude: 51.9, longitude: -8.47 }],
      systems: [server('press-01', 400), databaseServer('orders-sql', 60), vm('archive-01', 2200)],
      repositories: [
        nas('nas-press', 'press'),
        cloud('coldwater-vault', FRANKFURT, { hosts: ['press-01', 'orders-sql'] }),
        // Where it stands nobody has said, so it is not offsite.
        nas('store-02', 'press', { hosts: ['archive-01'], declared: { media: 'nas' }, offsetMinutes: 75 }),
      ],
      // The copies into store-02 begin late every night, but for Sundays, when the press is down.
      policy: {
        name: 'Nightly at 23:00',
        overrides: {
          schedule: { kind: 'cron', expression: '0 23 * * *' },
          greatestDurationSeconds: 5 * 3600,
          maintenanceWindows: [
            { kind: 'weekly', name: 'Press is down', weekday: 0, time: '22:00', durationMinutes: 180 },
          ],
        },
      },
      events: [{ kind: 'runs-unseen', repository: 'nas-press', from: 9.4, to: 8.4 }],
      inventory: {
        domain: 'coldwater.local',
        lacks: [],
        also: [
          { host: 'proof-01', kind: 'workstation' },
          { host: 'plate-setter', kind: 'workstation' },
        ],
        excluded: [
          {
            name: 'plate-setter.coldwater.local',
            ownerName: 'Head of print, Coldwater Press',
            reason: 'Its vendor restores it on site.',
            days: 90,
          },
        ],
      },
    },
    {
      name: 'Tarnside Brewing',
      timeZone: 'Europe/Dublin',
      startHour: 23,
      sites: [{ key: 'brewhouse', name: 'Tarnside', country: 'IE', latitude: 54.27, longitude: -8.47 }],
      systems: [server('brew-01', 90), vm('till-01', 35)],
      repositories: [
        nas('nas-tarnside', 'brewhouse'),
        // A deduplicating repository of which nobody can show that locks are extended.
        cloud('tarnside-locked', IRELAND, { declared: { immutability: 'object_lock_governance' } }),
      ],
      policy: {
        name: 'Server 3-2-1-1-0',
        overrides: { rule: RULE_32110, verificationCadenceSeconds: 8 * 86_400 },
      },
      restoreTests: [{ repository: 'nas-tarnside', everyNights: 7, files: 300 }],
      events: [],
    },
  ];
}
