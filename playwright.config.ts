import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/find-browser.mjs';

const { executablePath, args, env } = await findBrowser();

export default defineConfig({
  testDir: 'e2e',
  // They take minutes, and services that stand behind them are tested with every run: `test:long` alone has the time; see vitest.config.ts.
  testIgnore:
    process.env['HOLDFAST_THOROUGH'] === 'all'
      ? []
      : [
          'assignment-rules.spec.ts',
          'audit.spec.ts',
          'drill.spec.ts',
          'false-greens.spec.ts',
          'history-import.spec.ts',
          'hostile-texts.spec.ts',
          'live-refresh.spec.ts',
          'long-lists.spec.ts',
          'message-rules.spec.ts',
          'notifications.spec.ts',
          'proof.spec.ts',
          'pull-connectors.spec.ts',
          'real-restic.spec.ts',
          'real-tools.spec.ts',
          'tickets.spec.ts',
          'wallboard.spec.ts',
        ],
  // Patient, because `npm test` kills and storms other processes meanwhile; how fast screens are is measured in bench/.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  // A test that passes only when it is tried again is named by scripts/test.mjs: it is to be mended, not to be lived with.
  retries: process.env['CI'] ? 1 : 0,
  reporter: 'line',
  use: {
    baseURL: process.env['HOLDFAST_E2E_WEB_URL'] ?? 'http://127.0.0.1:3000',
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    screenshot: 'only-on-failure',
    launchOptions: {
      args,
      ...(executablePath && { executablePath }),
      ...(env && { env: { ...definedEnvironment(), ...env } }),
    },
  },
});

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
