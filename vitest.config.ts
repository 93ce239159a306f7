import { defineConfig } from 'vitest/config';

/** Files that start and load whole processes: they run one by one, beside the browser alone (see scripts/test.mjs). */
const STORMS = [
  'chaos/week.test.ts',
  'ingest/chaos.test.ts',
  'ingest/heavy-reports.test.ts',
  'ingest/hostile-messages.test.ts',
  'ingest/hostile.test.ts',
  'ingest/long-mails.test.ts',
];

/**
 * What `npm test` has no time for, `test:long` alone (single tests: see `slowTest`): the scripted week, the heaviest reports, both verifiers over
 * 100,000 events and two thousand tamperings, most real tools and containers' commands, and real restores, which wait for tools that give up
 * slowly.
 */
const LONGEST = [
  'agent/real-bacula.test.ts',
  'agent/real-barman.test.ts',
  'agent/real-borg.test.ts',
  'agent/real-borgmatic.test.ts',
  'agent/real-duplicity.test.ts',
  'agent/real-pgbackrest.test.ts',
  'agent/real-rdiff-backup.test.ts',
  'agent/real-restic.test.ts',
  'agent/real-restore.test.ts',
  'agent/real-rsnapshot.test.ts',
  'chaos/week.test.ts',
  'ingest/chaos.test.ts',
  'ingest/heavy-reports.test.ts',
  'ingest/long-mails.test.ts',
  'ingest/real-borgmatic-pings.test.ts',
  'scripts/compose.test.ts',
  'scripts/embedded-postgres.test.ts',
  'server/demo/send-due-reports.test.ts',
  'server/services/evidence-tampering.test.ts',
  'server/services/stored-texts.test.ts',
  'test/verifiers.test.ts',
  'workers/queue-loss.test.ts',
];
const leftOut = process.env['HOLDFAST_THOROUGH'] === 'all' ? [] : LONGEST;

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{contract,domain,components}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.long.test.ts'],
          maxWorkers: 2,
          isolate: false,
          // Thousands of random cases take as long as the machine is busy; how fast rules are is measured in bench/.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{server,app,workers,ingest,agent,scripts,prisma,test}/**/*.test.ts'],
          exclude: ['**/*.long.test.ts', '**/node_modules/**', ...STORMS, ...leftOut],
          // Of two cores a browser has the rest.
          maxWorkers: 2,
          // A database each, and modules that are loaded once a worker: that is a third of the time. No test may leave a module changed.
          isolate: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 240_000,
          globalSetup: ['test/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'storm',
          include: STORMS,
          exclude: leftOut,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 240_000,
          globalSetup: ['test/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['{server,workers,ingest,agent,prisma,test,chaos,domain}/**/*.long.test.ts'],
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
          globalSetup: ['test/global-setup.ts'],
        },
      },
    ],
  },
});
