import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RULE_321 } from '@/domain/protection/policy';
import { NOTHING_PROMISED } from '@/domain/retention/retention-policy';
import { nightOf } from '@/ingest/testing/sample-agent';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { isThorough } from '@/test/thorough';
import { assignPolicy } from '../services/assign-policy';
import { createDefaultPolicy } from '../services/create-default-policy';
import { declare } from '../services/declare';
import { createPolicy } from '../services/publish-policy';
import { readSystemAsOf, type SystemAsOf } from './system-as-of';

const START = Date.UTC(2026, 9, 1, 20);
const REPOSITORIES = {
  cloud: { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' },
  nas: { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const },
};
type Name = keyof typeof REPOSITORIES;

let cast: ScreenCast;
beforeAll(async () => {
  cast = await openScreenCast();
});
afterAll(() => cast.close());

/** What may happen to a machine; each in its own way changes what is kept, or replaces it. */
const happening = fc.record({
  hours: fc.integer({ min: 1, max: 30 }),
  what: fc.oneof(
    fc.record({ kind: fc.constant('night' as const), to: fc.constantFrom<Name>('cloud', 'nas') }),
    fc.record({ kind: fc.constant('failed' as const), to: fc.constantFrom<Name>('cloud', 'nas') }),
    fc.record({
      kind: fc.constant('running, then done' as const),
      to: fc.constantFrom<Name>('cloud', 'nas'),
    }),
    fc.record({ kind: fc.constant('fewer paths' as const), to: fc.constantFrom<Name>('cloud', 'nas') }),
    fc.record({ kind: fc.constant('all points gone' as const), to: fc.constantFrom<Name>('cloud', 'nas') }),
    fc.record({ kind: fc.constant('wrong password' as const), to: fc.constantFrom<Name>('cloud', 'nas') }),
    fc.record({
      kind: fc.constantFrom('checked' as const, 'found broken' as const),
      to: fc.constantFrom<Name>('cloud', 'nas'),
    }),
    fc.record({ kind: fc.constant('declared' as const), to: fc.constantFrom<Name>('cloud', 'nas') }),
    fc.record({ kind: fc.constant('nothing' as const), to: fc.constant<Name>('cloud') }),
  ),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

type CastAgent = Awaited<ReturnType<CastMsp['newAgent']>>;

/** Lets it happen at `at`, and whatever is due be judged. */
async function happen(
  msp: CastMsp,
  { agent, send }: CastAgent,
  { what }: Happening,
  at: Date,
): Promise<void> {
  const repository = REPOSITORIES[what.to];
  const began = new Date(at.getTime() - HOUR / 2);
  const paths = what.kind === 'fewer paths' ? ['/srv'] : ['/etc', '/srv'];
  const night = nightOf(agent, began, { ...repository, paths });
  const [run] = night.runs ?? [];
  const [described] = night.repositories ?? [];
  if (!run || !described) throw new Error('a night has a run and a repository');
  switch (what.kind) {
    case 'night':
    case 'fewer paths':
      return send(night, at);
    case 'failed':
      return send({ runs: [{ ...run, status: 'failed', message: 'no space left' }] }, at);
    case 'running, then done': {
      await send(
        { ...night, scope: { complete_for: [] }, runs: [{ ...run, status: 'running', ended_at: null }] },
        at,
      );
      const later = new Date(at.getTime() + HOUR / 4);
      return send({ runs: [{ ...run, status: 'warning' }] }, later);
    }
    case 'all points gone':
      return send({ scope: night.scope, repositories: night.repositories }, at);
    case 'wrong password': {
      const error = { code: 'wrong_password' as const, message: 'wrong password' };
      return send({ repositories: [{ ...described, reachable: false, problem: error }] }, at);
    }
    case 'checked':
    case 'found broken': {
      const isClean = what.kind === 'checked';
      const verification = {
        verification_key: createHash('sha256').update(String(at.getTime())).digest('hex'),
        repository_key: repository.repositoryKey,
        kind: 'data_full' as const,
        result: isClean ? ('ok' as const) : ('problems' as const),
        started_at: began.toISOString(),
        ended_at: at.toISOString(),
      };
      return send({ repositories: night.repositories, verifications: [verification] }, at);
    }
    case 'declared': {
      const repositoryId = await idOf(msp, what.to);
      if (repositoryId) await declareNas(msp, repositoryId, at);
      return msp.work(at);
    }
    case 'nothing':
      return msp.work(at);
  }
}

async function idOf(msp: CastMsp, name: Name): Promise<string | null> {
  const [row] = await cast.rows(
    'SELECT repository_id::text AS id FROM app.repository WHERE msp_id = $1 AND repository_key = $2',
    [msp.mspId, name],
  );
  return row ? String(row['id']) : null;
}

async function declareNas(msp: CastMsp, repositoryId: string, at: Date): Promise<void> {
  const said = { attribute: 'media', value: 'nas' } as const;
  const subject = { kind: 'repository', repositoryId } as const;
  const form = { subject, said, reason: 'Seen on site', validUntil: null };
  await declare(cast.web, msp.scope(), msp.person, form, at.getTime());
}

/** When its jobs run, and how long their points are kept: judged by more than what is there at an instant. */
async function promiseMore(msp: CastMsp): Promise<void> {
  const scope = msp.scope('admin');
  await cast.web.inScope(scope, (tx) => createDefaultPolicy(tx, msp.mspId, null, new Date(START)));
  const overrides = {
    schedule: { kind: 'cron', expression: '0 */8 * * *' } as const,
    greatestDurationSeconds: 3600,
    retention: { ...NOTHING_PROMISED, daily: 3 },
    silenceSeconds: 60 * 3600,
  };
  const policyId = await createPolicy(cast.web, scope, msp.person, { name: 'More', overrides }, START);
  await assignPolicy(
    cast.web,
    scope,
    msp.person,
    policyId,
    { level: 'client', clientId: msp.clientId },
    START,
  );
}

interface Kept {
  readonly at: Date;
  /** Verdicts as stored, by data set. */
  readonly verdicts: ReadonlyMap<string, unknown>;
}

async function keep(msp: CastMsp): Promise<Kept | null> {
  const rows = await cast.rows(
    `SELECT v.data_set_id::text AS id, v.verdict, v.evaluated_at AS at FROM app.verdict v
     JOIN app.data_set d USING (msp_id, data_set_id)
     WHERE v.msp_id = $1 AND d.archived_at IS NULL AND v.counted_in_id IS NULL`,
    [msp.mspId],
  );
  const at = Math.max(...rows.map((row) => Number(row['at'])));
  // Verdicts of a system are stored together; what is older was not judged anew.
  const newest = rows.filter((row) => Number(row['at']) === at);
  if (newest.length === 0 || newest.length < rows.length) return null;
  return {
    at: new Date(at),
    verdicts: new Map(newest.map((row) => [String(row['id']), row['verdict']])),
  };
}

async function systemIdOf(msp: CastMsp): Promise<string | null> {
  const [row] = await cast.rows('SELECT system_id::text AS id FROM app.system WHERE msp_id = $1', [
    msp.mspId,
  ]);
  return row ? String(row['id']) : null;
}

/** As JSON keeps it. */
function verdictsOf(found: SystemAsOf | null): unknown {
  if (found?.kind !== 'judged') return found?.kind ?? null;
  return new Map(
    found.dataSets.map((one) => [one.dataSetId, JSON.parse(JSON.stringify(one.verdict)) as unknown]),
  );
}

function copiesRequired(found: SystemAsOf | null): unknown {
  return found?.kind === 'judged' ? found.dataSets[0]?.verdict.digits.copies.required : found?.kind;
}

let count = 0;

describe('a system as of an instant', () => {
  test('has the verdicts that were stored then, whatever happened since', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 6, maxLength: 9 }),
        fc.boolean(),
        async (happenings, isPromised) => {
          const msp = await cast.newMsp(`Quillmark ${++count}`);
          if (isPromised) await promiseMore(msp);
          const machine = await msp.newAgent('fs-01');
          const kept: Kept[] = [];
          let at = START;
          for (const one of happenings) {
            at += one.hours * HOUR;
            await happen(msp, machine, one, new Date(at));
            const now = await keep(msp);
            if (now && !kept.some((other) => other.at.getTime() === now.at.getTime())) kept.push(now);
          }
          const systemId = await systemIdOf(msp);
          if (!systemId) return;
          for (const then of kept) {
            const found = await readSystemAsOf(cast.web, msp.scope(), systemId, then.at, new Date(at));
            expect(verdictsOf(found), then.at.toISOString()).toEqual(then.verdicts);
          }
        },
      ),
      { numRuns: Number(process.env['AS_OF_RUNS'] ?? (isThorough ? 20 : 3)) },
    );
  }, 240_000);
});

describe('what cannot be known', () => {
  let msp: CastMsp;
  let systemId: string;
  const night = new Date(START);
  const now = new Date(START + 100 * HOUR);

  beforeAll(async () => {
    msp = await cast.newMsp('Northgate');
    await (await msp.newAgent('fs-02')).backUp([REPOSITORIES.cloud], night);
    systemId = (await systemIdOf(msp)) ?? '';
  });
  const asOf = (at: Date, of = msp) => readSystemAsOf(cast.web, of.scope(), systemId, at, now);

  test('is said of a time before anything was reported', async () => {
    expect(await asOf(new Date(START - HOUR))).toEqual({ kind: 'not-known-then' });
    expect(await asOf(night)).toMatchObject({ kind: 'judged', status: 'non-compliant', policyVersion: 1 });
  });

  test('is said of a time before replaced facts were kept, and not guessed', async () => {
    const keptSince = new Date(START + HOUR);
    await cast.rows('UPDATE app.msp SET past_kept_since = $2 WHERE msp_id = $1', [msp.mspId, keptSince]);
    expect(await asOf(night)).toEqual({ kind: 'not-kept', keptSince });
    expect(await asOf(keptSince)).toMatchObject({ kind: 'judged' });
    await cast.rows('UPDATE app.msp SET past_kept_since = NULL WHERE msp_id = $1', [msp.mspId]);
  });

  test('is another MSP’s, who learns nothing', async () => {
    const other = await cast.newMsp('Westgate');
    expect(await asOf(night, other)).toBeNull();
  });

  test('goes by the policy of its time', async () => {
    await cast.rows(
      `INSERT INTO app.policy_version (msp_id, policy_version_id, policy_id, version, overrides, created_at)
       SELECT msp_id, gen_random_uuid(), policy_id, 2, $3, $2 FROM app.policy_version WHERE msp_id = $1`,
      [msp.mspId, new Date(START + 2 * HOUR), JSON.stringify({ rule: { ...RULE_321, copies: 2 } })],
    );
    expect(copiesRequired(await asOf(night))).toBe(3);
    expect(copiesRequired(await asOf(new Date(START + 2 * HOUR)))).toBe(2);
  });
});
