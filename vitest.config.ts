import { defineConfig } from 'vitest/config';

/** Files that need the whole machine: they run one by one, with nothing beside them. */
const STORMS = [
  'chaos/week.test.ts',
  'ingest/chaos.test.ts',
  'ingest/heavy-reports.test.ts',
  'ingest/hostile.test.ts',
];

/** Real borg and real containers' commands, and the heaviest reports: they take minutes. `.ci/run` and `test:long` ask for them. */
const THOROUGH = [
  'agent/real-borg.test.ts',
  'agent/real-borgmatic.test.ts',
  'chaos/week.test.ts',
  'ingest/heavy-reports.test.ts',
  'scripts/compose.test.ts',
];
const leftOut = process.env['HOLDFAST_THOROUGH'] ? [] : THOROUGH;

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
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
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
          testTimeout: 60_000,
          hookTimeout: 120_000,
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
