import { expect, it } from 'vitest';
import { CONTEXT_ROLES, type ContextRole, makeTenantScope } from './tenant-scope';

const ID = '0198c1d2-0000-7000-8000-000000000001';
const scope = (changed: Partial<Parameters<typeof makeTenantScope>[0]>) =>
  makeTenantScope({ mspId: ID, clientIds: '*', actorId: ID, role: 'owner', ...changed });

it('carries what it was made of, and cannot be changed', () => {
  const made = scope({ clientIds: [ID], role: 'agent' });
  expect(made).toMatchObject({ mspId: ID, clientIds: [ID], actorId: ID, role: 'agent' });
  expect(Object.isFrozen(made)).toBe(true);
  for (const role of CONTEXT_ROLES) expect(scope({ role }).role).toBe(role);
});

it.each([
  '',
  '*',
  `${ID}|*`,
  `${ID}'`,
  ID.toUpperCase(),
  ID.replaceAll('-', ''),
  ` ${ID}`,
  `${ID}\n`,
  `{${ID}}`,
])('takes nothing for an id that could end the statement or the field: %j', (id) => {
  expect(() => scope({ mspId: id })).toThrow('lower-case UUIDs');
  expect(() => scope({ clientIds: [ID, id] })).toThrow('lower-case UUIDs');
  expect(() => scope({ actorId: id })).toThrow('lower-case UUIDs');
});

it('takes no role that it does not know', () => {
  expect(() => scope({ role: "owner'" as ContextRole })).toThrow('unknown role');
});
