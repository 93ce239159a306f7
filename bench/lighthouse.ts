import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { asOwner } from '@/ingest/testing/sample-agent';
import { runtime, signIn } from './sized-msp';

/**
 * What Lighthouse says of the fleet, a system, the findings and the portal of the demo, as a phone and as a desktop; the goal is 95 in each
 * of its categories. Each figure is the median of RUNS (3). Lighthouse comes from npm when this runs: it is not needed otherwise.
 * Needs a system that runs with the demo (`npm start`, HOLDFAST_DEMO=on) and a Chromium (CHROME_PATH, by default /usr/bin/chromium);
 * HOLDFAST_DATA_DIR is its data folder. What scores less than full is named.
 */
const LIGHTHOUSE = 'lighthouse@13.5.0';
const RUNS = Number(process.env['RUNS'] ?? 3);
const GOAL = 95;
/** No page is for search engines: every one asks them to stay away, which Lighthouse would hold against it. */
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;

const reportJson = z.object({
  categories: z.record(
    z.string(),
    z.object({
      score: z.number().nullable(),
      auditRefs: z.array(z.object({ id: z.string(), weight: z.number() })),
    }),
  ),
  audits: z.record(
    z.string(),
    z.object({ title: z.string(), score: z.number().nullable(), displayValue: z.string().optional() }),
  ),
});
type Report = z.output<typeof reportJson>;

async function main(): Promise<void> {
  const { mspId, systemId } = await asOwner(runtime.environment.DATABASE_URL, async (owner) => {
    const { rows } = await owner.query<{ mspId: string; systemId: string }>(
      `SELECT s.msp_id AS "mspId", s.system_id AS "systemId" FROM app.system_status s
       JOIN identity.membership m ON m.msp_id = s.msp_id AND m.role = 'leader' AND s.client_id = ANY (m.client_ids)
       WHERE s.status = 'non-compliant' ORDER BY s.system_id LIMIT 1`,
    );
    const [found] = rows;
    if (!found) throw new Error('this system has no demo');
    return found;
  });
  const owner = await signIn(mspId, 'owner');
  const leader = await signIn(mspId, 'leader');
  for (const [name, address, cookie] of [
    ['fleet', '/', owner],
    ['system', `/systems/${systemId}`, owner],
    ['findings', '/findings', owner],
    ['portal', '/portal', leader],
  ] as const)
    for (const device of ['mobile', 'desktop'] as const) {
      const reports: Report[] = [];
      while (reports.length < RUNS) reports.push(await look(address, cookie, device));
      print(`${name}, ${device}`, reports);
    }
}

async function look(address: string, cookie: string, device: 'mobile' | 'desktop'): Promise<Report> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'lighthouse-')), 'report.json');
  const args = [
    'exec',
    '--yes',
    `--package=${LIGHTHOUSE}`,
    '--',
    'lighthouse',
    new URL(address, runtime.webUrl).href,
    `--extra-headers=${JSON.stringify({ cookie })}`,
    `--only-categories=${CATEGORIES.join(',')}`,
    ...(device === 'desktop' ? ['--preset=desktop'] : []),
    '--chrome-flags=--headless=new --no-sandbox',
    '--output=json',
    `--output-path=${file}`,
    '--quiet',
  ];
  const env = { CHROME_PATH: '/usr/bin/chromium', ...process.env };
  await new Promise<void>((resolve, reject) => {
    const run = spawn('npm', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    run.on('error', reject);
    run.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`Lighthouse ended with ${String(code)}`)),
    );
  });
  return reportJson.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function print(what: string, reports: readonly Report[]): void {
  for (const category of CATEGORIES) {
    const scores = reports
      .map(({ categories }) => Math.round((categories[category]?.score ?? 0) * 100))
      .toSorted((a, b) => a - b);
    const score = scores[Math.floor(scores.length / 2)] ?? 0;
    console.log(
      `${score < GOAL ? 'UNDER' : 'ok   '} ${what}: ${category} ${score} (goal: at least ${GOAL})${shortOf(reports[0], category)}`,
    );
  }
}

/** ': largest contentful paint 2.9 s, …', of the first run. */
function shortOf(report: Report | undefined, category: string): string {
  const short = (report?.categories[category]?.auditRefs ?? [])
    .filter(({ weight }) => weight > 0)
    .flatMap(({ id }) => report?.audits[id] ?? [])
    .filter(({ score }) => score !== null && score < 1)
    .map(({ title, displayValue }) => (displayValue ? `${title} ${displayValue}` : title));
  return short.length > 0 ? `: ${short.join(', ')}` : '';
}

await main();
