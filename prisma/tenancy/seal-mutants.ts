import type { ClientBase } from 'pg';

/** A flaw in a function that checks the seal: `from` of its definition becomes `to`. */
export interface SealMutant {
  readonly kind: string;
  readonly function: string;
  readonly from: string;
  readonly to: string;
}

const VERIFIED = 'parts[6] is distinct from app_sec.mac(1::smallint, sealed)';

/** Each part of the check, left out. */
export const SEAL_MUTANTS: readonly SealMutant[] = [
  { kind: 'the seal is not looked at', function: 'app.context_part(int)', from: VERIFIED, to: 'false' },
  {
    kind: 'the seal of any connection will do',
    function: 'app.context_part(int)',
    from: VERIFIED,
    to: `not exists (select from pg_stat_activity a
      where parts[6] = app_sec.mac(1::smallint, array_to_string(parts[1:5], '|') || '|' || a.pid))`,
  },
  {
    kind: 'a seal never expires',
    function: 'app.context_part(int)',
    from: 'parts[5]::bigint < extract(epoch from now())',
    to: 'false',
  },
  {
    kind: 'a seal for clients serves a transaction of the whole MSP',
    function: 'app.context_part(int)',
    from: "parts[2] <> '*' and current_setting('transaction_deferrable')::boolean",
    to: 'false',
  },
  {
    kind: 'parallel workers are let in',
    function: 'app.context_part(int)',
    from: 'PARALLEL RESTRICTED',
    to: 'PARALLEL SAFE',
  },
  {
    kind: 'the clients are believed unsealed',
    function: 'app.client_is_sealed(uuid)',
    from: 'and app.context_part(2) is not null',
    to: '',
  },
  {
    kind: 'every client is in scope',
    function: 'app.client_is_sealed(uuid)',
    from: "coalesce(claimed && array['*', client::text], false)",
    to: 'true',
  },
  {
    kind: 'every transaction is for the whole MSP',
    function: 'app.client_ok(uuid)',
    from: "current_setting('transaction_deferrable')::boolean",
    to: 'true',
  },
];

/** Puts the flaw in, runs `work`, takes it out again. */
export async function withSealMutant<T>(
  owner: ClientBase,
  mutant: SealMutant,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await owner.query<{ sql: string }>('SELECT pg_get_functiondef($1::regprocedure) AS sql', [
    mutant.function,
  ]);
  const sound = rows[0]?.sql ?? '';
  const flawed = sound.replace(mutant.from, mutant.to);
  if (flawed === sound) throw new Error(`${mutant.function} does not contain ${mutant.from}`);
  await owner.query(flawed);
  try {
    return await work();
  } finally {
    await owner.query(sound);
  }
}
