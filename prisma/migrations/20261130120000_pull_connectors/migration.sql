-- Pull connectors: channels that ask a server what has happened, in place of being told. docs/decisions/channels.md says why they are
-- channels like the others.
set role holdfast_owner;

alter table app.agent drop constraint agent_channel_check,
  add constraint agent_channel_check check (channel in ('agent', 'ping', 'mail', 'webhook', 'pull'));
alter table app.inbound_channel drop constraint inbound_channel_kind_check,
  add constraint inbound_channel_kind_check check (kind in ('ping', 'mail', 'webhook', 'pull'));
-- Nothing comes to the address of a pull connector; it is what closes the channel.
alter table identity.inbound_address drop constraint inbound_address_kind_check,
  add constraint inbound_address_kind_check check (kind in ('ping', 'ping-key', 'mail', 'webhook', 'pull'));
alter table app.work_due drop constraint work_due_kind_check,
  add constraint work_due_kind_check
  check (kind in ('inbox', 'evaluation', 'mail', 'telling', 'notification', 'ticket', 'document', 'report', 'pull'));

create table app.pull_connector (
  msp_id uuid not null references app.msp,
  channel_id uuid not null,
  client_id uuid not null,
  kind text not null check (kind in ('pbs', 'veeam', 'http-json')),
  base_url text not null check (length(base_url) between 1 and 2000),
  settings jsonb not null default '{}' check (length(settings::text) <= 20000), -- beside what it signs in with
  sealed bytea not null,                                 -- what it signs in with, bound to the channel's id
  fingerprint text check (length(fingerprint) between 1 and 100), -- SHA-256 of the only certificate that is believed; null: public CAs are
  interval_minutes int not null check (interval_minutes between 15 and 1440),
  version int not null default 1 check (version >= 1),   -- of what people say of it
  cursor_at timestamptz,                                 -- what began before has been told; null: nothing has
  paused_at timestamptz,
  next_pull_at timestamptz,                              -- null: while it is paused
  claim_id uuid,                                         -- of the worker that is at it
  claimed_until timestamptz,                             -- when another may
  failures int not null default 0 check (failures >= 0), -- since a pull went well
  succeeded_at timestamptz,
  recent jsonb not null default '[]' check (length(recent::text) <= 20000), -- the last pulls, newest first
  primary key (msp_id, channel_id),
  foreign key (msp_id, channel_id) references app.inbound_channel,
  foreign key (msp_id, client_id) references app.client
);
create index pull_connector_due on app.pull_connector (msp_id, next_pull_at) where next_pull_at is not null;

-- What a connector has told already, by its id there: what it is shown again adds nothing.
create table app.pulled_item (
  msp_id uuid not null references app.msp,
  channel_id uuid not null,
  client_id uuid not null,
  item_key text not null check (length(item_key) between 1 and 100),
  pulled_at timestamptz not null,
  primary key (msp_id, channel_id, item_key),
  foreign key (msp_id, channel_id) references app.inbound_channel,
  foreign key (msp_id, client_id) references app.client
);

do $$
declare t text;
begin
  foreach t in array array['pull_connector', 'pulled_item'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id)) '
      'with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;

/*
 * Keeps what a pull was shown, each item as a message of its channel, and how far it has come, in the running transaction: the worker may
 * add messages to the channels that it pulls, and to no other. Keys are distinct. Answers how many were new; null: another worker has
 * taken over, or the channel was closed.
 */
create function app.store_pulled(p_channel uuid, p_claim uuid, p_key text[], p_raw_id uuid[], p_body bytea[], p_sha bytea[],
  p_envelope text[], p_at timestamptz, p_cursor timestamptz, p_claimed_until timestamptz) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_msp uuid := app.msp_id();
  v_client uuid;
  v_count bigint;
  v_fresh int[];
begin
  if v_msp is null then raise exception 'no sealed context' using errcode = '42501'; end if;
  select n.client_id, n.message_count into v_client, v_count from app.inbound_channel n
    where n.msp_id = v_msp and n.channel_id = p_channel and n.kind = 'pull' and app.client_ok(n.client_id)
      and exists (select from app.agent a where a.msp_id = v_msp and a.agent_id = p_channel and a.revoked_at is null) for update;
  if not found then return null; end if;
  update app.pull_connector c set cursor_at = coalesce(p_cursor, c.cursor_at), claimed_until = p_claimed_until
    where c.msp_id = v_msp and c.channel_id = p_channel and c.claim_id = p_claim;
  if not found then return null; end if;
  with added as (
    insert into app.pulled_item (msp_id, channel_id, client_id, item_key, pulled_at)
      select v_msp, p_channel, v_client, k.key, p_at from unnest(p_key) as k (key) on conflict do nothing returning item_key
  )
  select coalesce(array_agg(k.n::int order by k.n), '{}') into v_fresh
    from unnest(p_key) with ordinality as k (key, n) join added d on d.item_key = k.key;
  if cardinality(v_fresh) = 0 then return 0; end if;
  perform app.store_messages(v_msp, array_agg(p_raw_id[f.at] order by f.place), array_agg(p_at), array_agg(p_channel),
      array_agg(v_client), array_agg(v_count + f.place order by f.place), array_agg(p_body[f.at] order by f.place),
      array_agg(p_sha[f.at] order by f.place), array_agg(p_envelope[f.at] order by f.place), array_agg('pending'::text))
    from unnest(v_fresh) with ordinality as f (at, place);
  update app.inbound_channel n set message_count = v_count + cardinality(v_fresh) where n.msp_id = v_msp and n.channel_id = p_channel;
  return cardinality(v_fresh);
end $$;
revoke all on function app.store_pulled(uuid, uuid, text[], uuid[], bytea[], bytea[], text[], timestamptz, timestamptz, timestamptz)
  from public;
grant execute on function app.store_pulled(uuid, uuid, text[], uuid[], bytea[], bytea[], text[], timestamptz, timestamptz, timestamptz)
  to holdfast_worker;

grant select, insert, update on app.pull_connector to holdfast_web;
grant select, update (next_pull_at, claim_id, claimed_until, failures, succeeded_at, recent) on app.pull_connector to holdfast_worker;
grant select on app.pulled_item to holdfast_worker;
grant update (silent_at) on app.agent to holdfast_worker;
reset role;
