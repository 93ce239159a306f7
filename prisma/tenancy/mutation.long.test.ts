import { afterAll, beforeAll, expect, it } from 'vitest';
import { groupBy } from '@/server/data/group-by';
import { lintCatalogue } from './catalogue-lint';
import { type Mutant, mutantsOf } from './mutants';
import { SEAL_MUTANTS, withSealMutant } from './seal-mutants';
import { openTenancyLab, type TenancyLab } from './tenancy-lab';

let lab: TenancyLab;

beforeAll(async () => {
  lab = await openTenancyLab();
});
afterAll(() => lab.close());

/** Who noticed; null: was not asked. */
interface Verdict {
  readonly mutant: Mutant;
  readonly byLint: boolean;
  readonly byRows: boolean | null;
}

/** The mutant lives in a transaction that is rolled back. */
async function judge(mutant: Mutant): Promise<Verdict> {
  await lab.owner.query('BEGIN');
  try {
    await lab.owner.query(mutant.sql);
    const byLint = (await lintCatalogue(lab.owner)).length > 0;
    if (!mutant.tryRows) return { mutant, byLint, byRows: null };
    const test = lab.rowTest('within');
    await mutant.tryRows(test);
    return { mutant, byLint, byRows: test.report.failures.length > 0 };
  } finally {
    await lab.owner.query('ROLLBACK');
  }
}

function say(verdicts: readonly Verdict[]): void {
  for (const [kind, ofKind] of groupBy(verdicts, ({ mutant }) => mutant.kind)) {
    const byLint = ofKind.filter((one) => one.byLint).length;
    const tried = ofKind.filter((one) => one.byRows !== null).length;
    const byRows = ofKind.filter((one) => one.byRows).length;
    process.stdout.write(
      `${kind}: ${ofKind.length} mutants, ${byLint} killed by the lint, ${byRows} of ${tried} by rows\n`,
    );
  }
}

it('nothing is wrong before the first mutant', async () => {
  const test = lab.rowTest('at BEGIN');
  for (const sample of lab.tenants.tables) await test.testTable(sample);
  expect(test.report.failures).toEqual([]);
  expect(await lintCatalogue(lab.owner)).toEqual([]);
});

it('no policy, row security or withheld right can go without being noticed', async () => {
  const mutants = await mutantsOf(lab.owner, lab.tenants);
  const verdicts: Verdict[] = [];
  for (const mutant of mutants) verdicts.push(await judge(mutant));
  say(verdicts);
  expect(verdicts.filter(({ byLint }) => !byLint).map(({ mutant }) => mutant.sql)).toEqual([]);
  expect(verdicts.filter(({ byRows }) => byRows === false).map(({ mutant }) => mutant.sql)).toEqual([]);
  expect(mutants.length).toBeGreaterThan(80 * lab.tenants.tables.length);
});

it.each(SEAL_MUTANTS)('rows show it when $kind', async (mutant) => {
  const test = lab.rowTest('at BEGIN');
  await withSealMutant(lab.owner, mutant, async () => {
    const samples = lab.tenants.tables.filter(({ table }) => ['app.msp', 'app.system'].includes(table.name));
    for (const sample of samples) await test.testTable(sample);
  });
  expect(test.report.cells).toBeGreaterThan(100);
  expect(test.report.failures).not.toEqual([]);
});

it('nothing is wrong after the last mutant', async () => {
  const test = lab.rowTest('at BEGIN');
  for (const sample of lab.tenants.tables) await test.testTable(sample);
  expect(test.report.failures).toEqual([]);
  expect(await lintCatalogue(lab.owner)).toEqual([]);
});
