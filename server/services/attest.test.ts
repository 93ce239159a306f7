import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { attestationState } from '@/domain/protection/attestation';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { readRepository } from '../data/repository-screens';
import { listQueue, type QueueView } from '../data/finding-queue';
import { insertPolicy } from '../data/policies';
import { declarationForm, declare } from './declare';
import { undoWithdrawal } from './undo-withdrawal';
import { withdrawDeclaration } from './withdraw-declaration';

const NOW = Date.now();
const DAY = 24 * HOUR;
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const VIEW: QueueView = {
  tab: 'open',
  search: '',
  severity: null,
  clientId: null,
  rule: null,
  group: 'harm',
  page: 1,
};
const ACCESS = {
  attribute: 'access' as const,
  value: {
    owner: 'Priya Nair',
    deletableBy: 'two administrators of ours',
    hasSecondFactor: true,
    hasSeparateCredentials: true,
  },
};
const CUSTODY = {
  attribute: 'key-custody' as const,
  value: { owner: 'Priya Nair', keptAt: 'the password manager', heldBy: 'Mara Bell' },
};

let cast: ScreenCast;
let theirs: CastMsp;
let ours: CastMsp;
let repositoryId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
});
/** A policy that asks for both attestations each year, and a server with a copy in a cloud of which nobody attested anything. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  const asked = {
    accessAttestationCadenceSeconds: 365 * 86_400,
    keyCustodyAttestationCadenceSeconds: 365 * 86_400,
  };
  const policy = { clientId: null, name: 'Attested', isDefault: true, jobId: null, overrides: asked };
  await cast.web.inScope(ours.scope('admin'), (tx) =>
    insertPolicy(tx, ours.mspId, { ...policy, at: new Date(NOW), by: null }),
  );
  await (await ours.newAgent('fs-01')).backUp([CLOUD], new Date(NOW));
  const [row] = await cast.rows('SELECT repository_id AS id FROM app.repository WHERE msp_id = $1', [
    ours.mspId,
  ]);
  repositoryId = String(row?.['id']);
});
afterAll(() => cast.close());

function attest(said: typeof ACCESS | typeof CUSTODY, validUntil: number | null = null, at = NOW) {
  const form = declarationForm.parse({
    subject: { kind: 'repository', repositoryId },
    said,
    reason: 'reviewed the list of users',
    validUntil: validUntil === null ? null : new Date(validUntil).toISOString(),
  });
  return declare(cast.web, ours.scope(), ours.person, form, at);
}

/** Rules of the queue that are about attestations, each with its severity, as of an instant. */
async function queued(at = NOW + HOUR): Promise<string[]> {
  await ours.work(new Date(at));
  const reader = { mspId: ours.mspId, personId: ours.person.personId, now: new Date(at) };
  const causes = await cast.web.inScope(ours.scope(), async (tx) => [
    ...(await listQueue(tx, reader, VIEW)).causes,
    ...(await listQueue(tx, reader, { ...VIEW, tab: 'notes' })).causes,
  ]);
  return causes
    .flatMap(({ rules, severity, lead }) =>
      rules
        .filter((rule) => rule.endsWith('-unattested'))
        .map((rule) => `${rule} ${severity} ${lead?.subject.id}`),
    )
    .toSorted();
}

test('what nobody attested stands in the queue under its repository, and goes once it is attested', async () => {
  expect(await queued()).toEqual([
    `access-unattested warning ${repositoryId}`,
    `key-custody-unattested warning ${repositoryId}`,
  ]);
  await attest(ACCESS);
  expect(await queued()).toEqual([`key-custody-unattested warning ${repositoryId}`]);
  await attest(CUSTODY);
  expect(await queued()).toEqual([]);
});

test('an attestation comes back by itself when it is due, noted a fortnight before', async () => {
  await attest(CUSTODY);
  await attest(ACCESS, NOW + 30 * DAY);
  expect(await queued(NOW + 16 * DAY - HOUR)).toEqual([]);
  expect(await queued(NOW + 16 * DAY)).toEqual([`access-unattested note ${repositoryId}`]);
  expect(await queued(NOW + 30 * DAY - HOUR)).toEqual([`access-unattested note ${repositoryId}`]);
  expect(await queued(NOW + 30 * DAY)).toEqual([`access-unattested warning ${repositoryId}`]);
  await attest(ACCESS, null, NOW + 31 * DAY);
  expect(await queued(NOW + 31 * DAY)).toEqual([]);
});

test('one that is withdrawn holds no more; undone, it holds as old as it was', async () => {
  await attest(CUSTODY);
  const id = await attest(ACCESS);
  await withdrawDeclaration(cast.web, ours.scope(), ours.person, id, NOW + HOUR);
  expect(await queued(NOW + HOUR)).toEqual([`access-unattested warning ${repositoryId}`]);
  await undoWithdrawal(cast.web, ours.scope(), id, NOW + 2 * HOUR);
  expect(await queued(NOW + 2 * HOUR)).toEqual([]);
  const kept = await cast.rows(
    'SELECT declared_at AS at, withdrawn_at AS gone FROM app.declaration WHERE declaration_id = $1',
    [id],
  );
  expect(kept).toEqual([{ at: new Date(NOW), gone: null }]);
  const actions = await cast.rows(
    "SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE 'declaration.%' ORDER BY seq",
    [ours.mspId],
  );
  expect(actions.map((one) => one['action'])).toEqual([
    'declaration.made',
    'declaration.made',
    'declaration.withdrawn',
    'declaration.withdrawal-undone',
  ]);
});

test('a repository’s page says what is asked of it, and how that stands', async () => {
  await attest(CUSTODY);
  const screen = await readRepository(cast.web, ours.scope(), repositoryId, new Date(NOW + HOUR));
  const states = screen?.attestations.map((one) => [one.name, attestationState(one, NOW + HOUR)]);
  expect(states).toEqual([
    ['access', { kind: 'missing' }],
    ['key-custody', { kind: 'holds', dueAt: NOW + 365 * DAY }],
  ]);
});

test('a withdrawal cannot be undone twice, after an hour, or by another MSP', async () => {
  const id = await attest(ACCESS);
  const undo = (scope = ours.scope(), at = NOW) => undoWithdrawal(cast.web, scope, id, at);
  await expect(undo()).rejects.toMatchObject({ code: 'not-found' });
  await withdrawDeclaration(cast.web, ours.scope(), ours.person, id, NOW);
  await expect(undo(theirs.scope())).rejects.toMatchObject({ code: 'not-found' });
  await expect(undo(ours.scope(), NOW + HOUR + 1)).rejects.toMatchObject({ code: 'not-found' });
  await undo(ours.scope(), NOW + HOUR);
  await expect(undo()).rejects.toMatchObject({ code: 'not-found' });
});

test('what is lacking is attested and stays a finding', async () => {
  await attest(CUSTODY);
  await attest({ ...ACCESS, value: { ...ACCESS.value, hasSecondFactor: false } });
  expect(await queued()).toEqual([`access-unattested warning ${repositoryId}`]);
});

test.each([
  ['without an owner', { ...ACCESS, value: { ...ACCESS.value, owner: ' ' } }, 'Say who answers for it.'],
  ['without a holder', { ...CUSTODY, value: { ...CUSTODY.value, heldBy: '' } }, 'Say who holds it beside'],
  [
    'of more than fits',
    { ...CUSTODY, value: { ...CUSTODY.value, keptAt: 'x'.repeat(1001) } },
    '1,000 characters',
  ],
])('a form %s is refused in words', (_, said, sentence) => {
  const { error } = declarationForm.safeParse({
    subject: { kind: 'repository', repositoryId },
    said,
    reason: 'reviewed',
    validUntil: null,
  });
  expect(error?.issues.map((one) => one.message).join()).toContain(sentence);
});

test('a system has no keys of its own: it is refused', async () => {
  const [row] = await cast.rows('SELECT system_id AS id FROM app.system WHERE msp_id = $1', [ours.mspId]);
  const form = declarationForm.parse({
    subject: { kind: 'system', systemId: row?.['id'] },
    said: ACCESS,
    reason: 'reviewed',
    validUntil: null,
  });
  await expect(declare(cast.web, ours.scope(), ours.person, form, NOW)).rejects.toMatchObject({
    code: 'invalid-request',
  });
});
