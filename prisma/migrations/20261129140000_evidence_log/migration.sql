-- The evidence log: events that can be withheld without breaking their chain, checkpoints over all chains, erasure, legal holds.

-- Checkpoints read every chain's head in one snapshot, before any MSP is known. No program may read heads but through functions.
set role audit_owner;
drop policy tenant on audit.head;
alter table audit.head no force row level security;
alter table audit.head disable row level security;

/*
 * As before, in form 2: the hash is over what came before, whose the event is and the hash of its body, so that a body can be
 * withheld and the link still be proved:
 *   client tag = sha256('client:' || client or nothing || ':' || prev), hash = sha256(0x02 || prev || client tag || sha256(body)).
 * Whoever knows a client's id can tell that no withheld event is that client's; nobody else can tell whose one is. The salt in the body
 * keeps anybody from guessing what a withheld body says. Form 1, hash = sha256(body), stays as it was written.
 */
create or replace function audit.append(p_action text, p_client uuid, p_target jsonb, p_details jsonb, p_private jsonb default null)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_seq bigint;
  v_prev bytea;
  v_at timestamptz := clock_timestamp();
  v_actor jsonb;
  v_commitments jsonb := '{}';
  v_body text;
  v_hash bytea;
  v_salts jsonb := '{}';
  v_salt bytea;
  f record;
begin
  if v_msp is null then raise exception 'no sealed context' using errcode = '42501'; end if;
  if p_action is null or p_action !~ '^[a-z0-9-]+\.[a-z0-9-]+$' then raise exception 'bad action %', p_action; end if;
  v_actor := jsonb_build_object('id', app.context_part(3), 'role', app.context_part(4));
  for f in select key, value from jsonb_each_text(coalesce(p_private, '{}'::jsonb)) loop
    v_salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    v_salt := sha256(v_salt || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    v_salts := v_salts || jsonb_build_object(f.key, encode(v_salt, 'hex'));
    v_commitments := v_commitments || jsonb_build_object(f.key, encode(sha256(v_salt || convert_to(f.value, 'utf8')), 'hex'));
  end loop;
  insert into audit.head values (v_msp, 0, sha256(convert_to('genesis:' || v_msp::text, 'utf8'))) on conflict do nothing;
  select seq, hash into v_seq, v_prev from audit.head where msp_id = v_msp for update;
  v_seq := v_seq + 1;
  v_body := jsonb_build_object('v', 2, 'msp', v_msp, 'seq', v_seq,
    'at', to_char(v_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', v_actor, 'action', p_action, 'client', p_client, 'target', p_target, 'details', p_details,
    'private', v_commitments, 'prev', encode(v_prev, 'hex'),
    'salt', encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'hex'))::text;
  v_hash := sha256('\x02'::bytea || v_prev
    || sha256(convert_to('client:' || coalesce(p_client::text, '') || ':' || encode(v_prev, 'hex'), 'utf8'))
    || sha256(convert_to(v_body, 'utf8')));
  insert into audit.event values (v_msp, v_seq, v_body, v_hash, v_at, p_action, p_client,
    case when v_actor ->> 'id' ~ '^[0-9a-f-]{36}$' then (v_actor ->> 'id')::uuid end);
  insert into audit.event_private
    select v_msp, v_seq, key, p_client, decode(v_salts ->> key, 'hex'), value
    from jsonb_each_text(coalesce(p_private, '{}'::jsonb));
  update audit.head set seq = v_seq, hash = v_hash where msp_id = v_msp;
  return v_seq;
end $$;

create table audit.instance (
  singleton boolean primary key default true check (singleton),
  name text not null check (name ~ '^[0-9a-f]{16}$'),        -- in every note, so that another installation's is told from ours
  tsa_tries int not null default 0,                          -- failures since the last time-stamp
  tsa_next_try_at timestamptz,
  tsa_problem text check (length(tsa_problem) <= 300)        -- of the last failure; null: none since the last time-stamp
);

create table audit.evidence_key (
  key_id text primary key check (key_id ~ '^[0-9a-f]{8}$'),
  public_key bytea not null check (octet_length(public_key) = 32),
  valid_from timestamptz not null,
  valid_to timestamptz,                                      -- null: signs now
  announcement text                                          -- signed with the key before it; null: the first, or the one before was lost
);
create unique index evidence_key_current on audit.evidence_key ((true)) where valid_to is null;

create table audit.checkpoint (
  checkpoint_id bigint primary key,
  at timestamptz not null,
  tree_size int not null check (tree_size > 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  key_id text not null references audit.evidence_key,
  tsa_token bytea,                                           -- RFC 3161 TimeStampResp over the note, as the authority gave it
  tsa_at timestamptz,                                        -- the time that it states
  tsa_authority text check (length(tsa_authority) <= 300),
  check ((tsa_token is null) = (tsa_at is null))
);
create index checkpoint_stamped on audit.checkpoint (checkpoint_id) where tsa_at is not null;

create table audit.checkpoint_leaf (
  msp_id uuid not null,                                      -- all zeros: the installation's own chain
  checkpoint_id bigint not null references audit.checkpoint,
  seq bigint not null,
  head bytea not null check (octet_length(head) = 32),
  leaf_index int not null,
  path bytea[] not null,
  primary key (msp_id, checkpoint_id)
);
grant select on audit.instance, audit.evidence_key, audit.checkpoint to holdfast_web, holdfast_worker;

/* The name of this installation, made when it is first asked for. */
create function audit.instance_name() returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into audit.instance (name) values (substr(replace(gen_random_uuid()::text, '-', ''), 17)) on conflict do nothing;
  return (select i.name from audit.instance i);
end $$;

/* The head of every chain there is, in one snapshot; the installation's own under all zeros. */
create function audit.read_heads() returns table (msp_id uuid, seq bigint, head bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select h.msp_id, h.seq, h.hash from audit.head h where h.seq > 0
  union all
  (select '00000000-0000-0000-0000-000000000000'::uuid, i.seq, i.hash from audit.instance_event i order by i.seq desc limit 1)
$$;

/* Which heads the newest checkpoint has. */
create function audit.read_last_leaves() returns table (msp_id uuid, seq bigint, head bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.msp_id, l.seq, l.head from audit.checkpoint_leaf l
  where l.checkpoint_id = (select max(c.checkpoint_id) from audit.checkpoint c)
$$;

/* Keeps a signed checkpoint; p_leaves: [{msp, seq, head, index, path}], hashes in hexadecimal. Refuses all but the next number. */
create function audit.store_checkpoint(p_id bigint, p_at timestamptz, p_size int, p_root bytea, p_note text, p_key text, p_leaves jsonb)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_id <> (select coalesce(max(c.checkpoint_id), 0) + 1 from audit.checkpoint c) then
    raise exception 'checkpoint % is not the next one', p_id;
  end if;
  insert into audit.checkpoint (checkpoint_id, at, tree_size, root, note, key_id) values (p_id, p_at, p_size, p_root, p_note, p_key);
  insert into audit.checkpoint_leaf (msp_id, checkpoint_id, seq, head, leaf_index, path)
    select l.msp, p_id, l.seq, decode(l.head, 'hex'), l.index,
      array(select decode(p.hash, 'hex') from jsonb_array_elements_text(l.path) with ordinality p (hash, place) order by p.place)
    from jsonb_to_recordset(p_leaves) as l (msp uuid, seq bigint, head text, index int, path jsonb);
end $$;

/* Lets a key sign from an instant on, ends the one before, and says so in the installation's own chain. */
create function audit.open_evidence_key(p_key text, p_public_key bytea, p_from timestamptz, p_announcement text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_former text;
begin
  update audit.evidence_key k set valid_to = p_from where k.valid_to is null returning k.key_id into v_former;
  insert into audit.evidence_key values (p_key, p_public_key, p_from, null, p_announcement);
  perform audit.append_instance(case when v_former is null then 'evidence-key.made' else 'evidence-key.rotated' end, null,
    jsonb_build_object('key', p_key, 'publicKey', encode(p_public_key, 'base64'), 'former', v_former,
      'isAnnounced', p_announcement is not null));
end $$;

/* Keeps what a time-stamping authority answered for a checkpoint. */
create function audit.keep_time_stamp(p_id bigint, p_token bytea, p_at timestamptz, p_authority text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update audit.checkpoint c set tsa_token = p_token, tsa_at = p_at, tsa_authority = p_authority
    where c.checkpoint_id = p_id and c.tsa_token is null;
  update audit.instance i set tsa_tries = 0, tsa_next_try_at = null, tsa_problem = null;
end $$;

/* Notes that no time-stamp could be had, and when to try again. */
create function audit.note_time_stamp_failure(p_problem text, p_next_try_at timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update audit.instance i set tsa_tries = i.tsa_tries + 1, tsa_next_try_at = p_next_try_at, tsa_problem = left(p_problem, 300)
$$;

/* The checkpoints that the context's MSP is in, oldest first: numbers only. */
create function audit.list_own_checkpoints()
returns table (checkpoint_id bigint, at timestamptz, seq bigint, is_stamped boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.checkpoint_id, c.at, l.seq, c.tsa_at is not null
  from audit.checkpoint_leaf l join audit.checkpoint c on c.checkpoint_id = l.checkpoint_id
  where l.msp_id = app.msp_id() order by c.checkpoint_id
$$;

/* Some of them whole, each with the place of the context's MSP in its tree; hashes in hexadecimal. At most 1,000. */
create function audit.read_own_checkpoints(p_ids bigint[])
returns table (checkpoint_id bigint, at timestamptz, note text, key_id text, tree_size int, tsa_token bytea, tsa_at timestamptz,
  tsa_authority text, seq bigint, head text, leaf_index int, path text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.checkpoint_id, c.at, c.note, c.key_id, c.tree_size, c.tsa_token, c.tsa_at, c.tsa_authority, l.seq, encode(l.head, 'hex'),
    l.leaf_index, array(select encode(p.hash, 'hex') from unnest(l.path) with ordinality p (hash, place) order by p.place)
  from audit.checkpoint_leaf l join audit.checkpoint c on c.checkpoint_id = l.checkpoint_id
  where l.msp_id = app.msp_id() and l.checkpoint_id = any (p_ids) order by c.checkpoint_id limit 1000
$$;

/*
 * Erases personal values beside the context's MSP's chain that hold one of these texts, without regard to case; their commitments stay in
 * the chain. What belongs to a client in p_held stays. Returns how many are gone. Needs the whole MSP.
 */
create function audit.erase_private(p_texts text[], p_held uuid[]) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_count int;
begin
  if app.msp_id() is null or not app.client_ok(null) then raise exception 'no sealed context' using errcode = '42501'; end if;
  if exists (select from unnest(p_texts) t where length(btrim(t)) < 3) then raise exception 'a text is too short'; end if;
  delete from audit.event_private p
    where p.msp_id = app.msp_id() and (p.client_id is null or p.client_id <> all (p_held))
      and exists (select from unnest(p_texts) t where position(lower(t) in lower(p.value)) > 0);
  get diagnostics v_count = row_count;
  return v_count;
end $$;

grant execute on function audit.instance_name(), audit.read_heads(), audit.read_last_leaves(),
  audit.store_checkpoint(bigint, timestamptz, int, bytea, text, text, jsonb),
  audit.open_evidence_key(text, bytea, timestamptz, text), audit.keep_time_stamp(bigint, bytea, timestamptz, text),
  audit.note_time_stamp_failure(text, timestamptz) to holdfast_worker;
grant execute on function audit.list_own_checkpoints(), audit.read_own_checkpoints(bigint[]) to holdfast_web, holdfast_worker;
grant execute on function audit.erase_private(text[], uuid[]) to holdfast_web;
reset role;

set role holdfast_owner;
create table app.legal_hold (
  msp_id uuid not null references app.msp,
  hold_id uuid not null,
  client_id uuid not null,
  reason text not null check (length(reason) between 1 and 500),
  placed_at timestamptz not null,
  placed_by uuid not null,
  placed_by_name text not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_by_name text,
  primary key (msp_id, hold_id),
  foreign key (msp_id, client_id) references app.client (msp_id, client_id),
  check ((withdrawn_at is null) = (withdrawn_by is null))
);
create index legal_hold_standing on app.legal_hold (msp_id, client_id) where withdrawn_at is null;
alter table app.legal_hold enable row level security;
alter table app.legal_hold force row level security;
create policy tenant on app.legal_hold using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select, insert, update (withdrawn_at, withdrawn_by, withdrawn_by_name) on app.legal_hold to holdfast_web;
grant select, insert on app.legal_hold to holdfast_worker;

create table app.note_subscription (
  msp_id uuid not null references app.msp,
  person_id uuid not null,
  subscribed_at timestamptz not null,
  subscribed_by uuid not null,
  ended_at timestamptz,                                      -- null: gets the day's note
  last_checkpoint_id bigint,                                 -- of the last mail
  last_mailed_at timestamptz,
  primary key (msp_id, person_id)
);
alter table app.note_subscription enable row level security;
alter table app.note_subscription force row level security;
create policy tenant on app.note_subscription using (msp_id = app.msp_id()) with check (msp_id = app.msp_id());
grant select, insert, update (subscribed_at, subscribed_by, ended_at) on app.note_subscription to holdfast_web;
grant select, update (last_checkpoint_id, last_mailed_at) on app.note_subscription to holdfast_worker;

alter table app.mail_outbox drop constraint mail_outbox_kind_check,
  add constraint mail_outbox_kind_check check (kind in ('invitation', 'recovery-code-used', 'password-changed', 'authenticator-changed',
    'recovery-codes-made', 'sign-in-locked', 'evidence-note'));
reset role;
