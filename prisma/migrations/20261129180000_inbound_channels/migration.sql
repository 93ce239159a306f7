-- Channels by which backups tell of themselves: pings, mails, webhooks. Each is a row of app.agent, so that everything which rests on who
-- reports (raw reports, jobs, silence, the inbox) holds of it too; docs/decisions/channels.md says why.
set role holdfast_owner;

alter table app.agent
  add column channel text not null default 'agent' check (channel in ('agent', 'ping', 'mail', 'webhook')),
  -- From when on the silence of a channel is its own; null: when the policy says so.
  add column silent_at timestamptz;

-- What we knew of a channel's message when it came: which run it tells of, how it reached us. Its words are in the body, which begins
-- with the head of its request. null: an agent's report.
alter table app.raw_report add column envelope jsonb check (length(envelope::text) <= 20000);
alter table app.raw_report drop constraint raw_report_body_check;
alter table app.raw_report add constraint raw_report_body_check
  check (octet_length(body) <= case when envelope is null then 1048576 else 33554432 end);

-- Runs that several channels tell of: who named one, and what the weaker evidence said instead where two disagree on how it ended.
alter table app.run_identity add column agent_id uuid;   -- null: named before channels were
create index run_identity_by_run on app.run_identity (msp_id, run_id);
alter table app.run add column disagreement jsonb check (length(disagreement::text) <= 1000);

create table app.inbound_channel (
  msp_id uuid not null references app.msp,
  channel_id uuid not null,                              -- the agent's id
  client_id uuid not null,
  kind text not null check (kind in ('ping', 'mail', 'webhook')),
  address text not null check (length(address) between 1 and 100),
  product text check (length(product) between 1 and 100), -- what it is expected to tell of; null: whatever it says
  capture text not null default 'files' check (capture in ('files', 'image', 'database', 'mailboxes')),
  repository_id uuid,                                    -- where its job writes to, as somebody said; null: nobody did
  job_id uuid,                                           -- the job that it tells of, where that is known otherwise too
  message_count bigint not null default 0 check (message_count >= 0),
  created_at timestamptz not null,
  created_by_name text check (length(created_by_name) between 1 and 200),
  primary key (msp_id, channel_id),
  foreign key (msp_id, channel_id) references app.agent,
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, repository_id) references app.repository,
  foreign key (msp_id, job_id) references app.job
);
create index inbound_channel_by_job on app.inbound_channel (msp_id, job_id) where job_id is not null;
create index inbound_channel_by_client on app.inbound_channel (msp_id, client_id, created_at);

-- A check as the pinging API knows it (healthchecks.io): what it expects, and how it stands.
create table app.ping_check (
  msp_id uuid not null references app.msp,
  channel_id uuid not null,
  client_id uuid not null,
  slug text not null check (length(slug) <= 100),
  tags text not null default '' check (length(tags) <= 500),
  description text not null default '' check (length(description) <= 2000),
  timeout_seconds int not null default 86400 check (timeout_seconds between 60 and 31536000),
  grace_seconds int not null default 3600 check (grace_seconds between 60 and 31536000),
  schedule text check (length(schedule) between 1 and 100), -- cron; null: every timeout_seconds
  time_zone text not null default 'UTC' check (length(time_zone) between 1 and 100),
  is_post_only boolean not null default false,
  is_resumed_by_hand boolean not null default false,
  filters jsonb not null default '{}',                   -- words that tell start, success and failure
  paused_at timestamptz,
  started_at timestamptz,                                -- of the run that is under way; null: none is
  started_rid uuid,
  started_number bigint,
  last_ping_at timestamptz,
  last_outcome text check (last_outcome in ('success', 'fail')),
  last_duration_seconds double precision,
  primary key (msp_id, channel_id),
  foreign key (msp_id, channel_id) references app.inbound_channel,
  foreign key (msp_id, client_id) references app.client
);
create index ping_check_by_slug on app.ping_check (msp_id, client_id, slug);

-- The key in a client's ping URLs with slugs. It can say that backups ran and nothing else, so it may be shown again.
create table app.ping_key (
  msp_id uuid not null references app.msp,
  client_id uuid not null,
  ping_key text not null check (length(ping_key) between 1 and 100),
  created_at timestamptz not null,
  primary key (msp_id, ping_key),
  foreign key (msp_id, client_id) references app.client
);

create index ping_key_by_client on app.ping_key (msp_id, client_id);

do $$
declare t text;
begin
  foreach t in array array['inbound_channel', 'ping_check', 'ping_key'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id)) '
      'with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;

/* Addresses by which messages find their channel before the MSP is known. A ping key's holder is a client. */
create table identity.inbound_address (
  address text primary key,
  kind text not null check (kind in ('ping', 'ping-key', 'mail', 'webhook')),
  msp_id uuid not null,
  client_id uuid not null,
  channel_id uuid,                                       -- null: of a ping key
  closed_at timestamptz,
  check ((kind = 'ping-key') = (channel_id is null))
);
create index inbound_address_by_channel on identity.inbound_address (channel_id);

/* Keeps an address of a client of the context's MSP; false: somebody has it. */
create function identity.open_inbound_address(p_address text, p_kind text, p_client uuid, p_channel uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or p_client is null or not app.client_ok(p_client) then
    raise exception 'no sealed context for this client' using errcode = '42501';
  end if;
  if not exists (select from app.client c where c.msp_id = app.msp_id() and c.client_id = p_client) then
    raise exception 'no such client' using errcode = '23503';
  end if;
  insert into identity.inbound_address (address, kind, msp_id, client_id, channel_id)
    values (p_address, p_kind, app.msp_id(), p_client, p_channel) on conflict do nothing;
  return found;
end $$;

/* Whose an address is: one row, or none for one that nobody has or that was closed. */
create function identity.resolve_inbound_address(p_kind text, p_address text)
returns table (msp_id uuid, client_id uuid, channel_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.msp_id, a.client_id, a.channel_id from identity.inbound_address a
  where a.address = p_address and a.kind = p_kind and a.closed_at is null
$$;

/* Closes a channel of the context's MSP and clients; effective with its next message. False: not found or closed already. */
create function identity.close_channel(p_channel uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update identity.inbound_address a set closed_at = now()
    where a.channel_id = p_channel and a.msp_id = app.msp_id() and app.client_ok(a.client_id) and a.closed_at is null;
  if not found then return false; end if;
  update app.agent a set revoked_at = now() where a.msp_id = app.msp_id() and a.agent_id = p_channel;
  return true;
end $$;

/* Makes a channel with its address, and of one of pings its check, in the running transaction; false: somebody has the address. */
create function app.open_channel(p_channel jsonb) returns boolean
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_channel uuid := (p_channel ->> 'channelId')::uuid;
  v_client uuid := (p_channel ->> 'clientId')::uuid;
  v_at timestamptz := (p_channel ->> 'createdAt')::timestamptz;
  v_check jsonb := nullif(p_channel -> 'check', 'null');
begin
  if not identity.open_inbound_address(p_channel ->> 'address', p_channel ->> 'kind', v_client, v_channel) then return false; end if;
  insert into app.agent (msp_id, agent_id, client_id, name, hostname, version, enrolled_at, channel)
    values (app.msp_id(), v_channel, v_client, p_channel ->> 'name', p_channel ->> 'hostname', p_channel ->> 'kind', v_at,
      p_channel ->> 'kind');
  insert into app.inbound_channel (msp_id, channel_id, client_id, kind, address, product, capture, repository_id, job_id, created_at,
      created_by_name)
    values (app.msp_id(), v_channel, v_client, p_channel ->> 'kind', p_channel ->> 'address', p_channel ->> 'product',
      p_channel ->> 'capture', (p_channel ->> 'repositoryId')::uuid, (p_channel ->> 'jobId')::uuid, v_at,
      p_channel ->> 'createdByName');
  if v_check is not null then
    insert into app.ping_check (msp_id, channel_id, client_id, slug, tags, description, timeout_seconds, grace_seconds, schedule,
        time_zone, is_post_only, is_resumed_by_hand, filters)
      values (app.msp_id(), v_channel, v_client, v_check ->> 'slug', v_check ->> 'tags', v_check ->> 'description',
        (v_check ->> 'timeoutSeconds')::int, (v_check ->> 'graceSeconds')::int, v_check ->> 'schedule', v_check ->> 'timeZone',
        (v_check ->> 'isPostOnly')::boolean, (v_check ->> 'isResumedByHand')::boolean, v_check -> 'filters');
  end if;
  return true;
end $$;

/*
 * Keeps messages of one MSP's channels that came with these numbers, in the running transaction. State: pending, or processed for
 * those that say nothing of a run.
 */
create function app.store_messages(p_msp uuid, p_raw_id uuid[], p_received timestamptz[], p_channel uuid[], p_client uuid[],
  p_number bigint[], p_body bytea[], p_sha bytea[], p_envelope text[], p_state text[]) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare v_due timestamptz;
begin
  if app.msp_id() is distinct from p_msp then raise exception 'no sealed context' using errcode = '42501'; end if;
  insert into app.agent_stream (msp_id, agent_id, epoch, client_id, last_received_at)
    select distinct on (g.channel_id) p_msp, g.channel_id, g.channel_id, g.client_id, g.received_at
    from unnest(p_channel, p_client, p_received) as g (channel_id, client_id, received_at) order by g.channel_id
    on conflict do nothing;
  insert into app.raw_report (msp_id, raw_report_id, client_id, agent_id, epoch, sequence, received_at, sent_at,
      content_encoding, body, body_sha256, signature, envelope)
    select p_msp, g.raw_id, g.client_id, g.channel_id, g.channel_id, g.number, g.received_at, g.received_at, 'identity', g.body, g.sha,
      '', g.envelope::jsonb
    from unnest(p_raw_id, p_client, p_channel, p_number, p_received, p_body, p_sha, p_envelope)
      as g (raw_id, client_id, channel_id, number, received_at, body, sha, envelope);
  insert into app.inbox (msp_id, raw_report_id, client_id, received_at, state, finished_at)
    select p_msp, g.raw_id, g.client_id, g.received_at, g.state, case g.state when 'processed' then g.received_at end
    from unnest(p_raw_id, p_client, p_received, p_state) as g (raw_id, client_id, received_at, state);
  update app.agent_stream s
    set seen = s.seen + n.ranges, last_received_at = greatest(s.last_received_at, n.received_at)
    from (select g.channel_id, range_agg(int8range(g.number, g.number, '[]')) as ranges, max(g.received_at) as received_at
      from unnest(p_channel, p_number, p_received) as g (channel_id, number, received_at) group by g.channel_id) n
    where s.msp_id = p_msp and s.agent_id = n.channel_id and s.epoch = n.channel_id;
  select min(g.received_at) into v_due from unnest(p_received, p_state) as g (received_at, state) where g.state = 'pending';
  if v_due is not null then
    insert into app.work_due as w (msp_id, kind, due_at) values (p_msp, 'inbox', v_due)
      on conflict (msp_id, kind) do update set due_at = excluded.due_at where w.due_at > excluded.due_at;
  end if;
end $$;

revoke all on function identity.open_inbound_address(text, text, uuid, uuid), identity.resolve_inbound_address(text, text),
  identity.close_channel(uuid), app.open_channel(jsonb), app.store_messages(uuid, uuid[], timestamptz[], uuid[], uuid[], bigint[], bytea[], bytea[], text[], text[])
  from public;
grant execute on function identity.open_inbound_address(text, text, uuid, uuid) to holdfast_web, holdfast_worker, holdfast_ingest;
grant execute on function app.open_channel(jsonb) to holdfast_web, holdfast_worker, holdfast_ingest;
grant execute on function identity.resolve_inbound_address(text, text) to holdfast_ingest;
grant execute on function identity.close_channel(uuid) to holdfast_web;
grant execute on function app.store_messages(uuid, uuid[], timestamptz[], uuid[], uuid[], bigint[], bytea[], bytea[], text[], text[])
  to holdfast_ingest;

grant update (silent_at) on app.agent to holdfast_ingest;
grant insert, update (silent_at) on app.agent to holdfast_web;
grant insert on app.agent to holdfast_worker;
grant select, insert, update on app.inbound_channel to holdfast_web;
grant select, insert on app.inbound_channel to holdfast_worker;
grant select, insert, update (message_count) on app.inbound_channel to holdfast_ingest;
grant select, insert, update on app.ping_check to holdfast_web;
grant select, insert on app.ping_check to holdfast_worker;
grant select, insert, update on app.ping_check to holdfast_ingest;
grant select, insert, update on app.ping_key to holdfast_web;
grant select, insert on app.ping_key to holdfast_worker;
grant select on app.ping_key to holdfast_ingest;
reset role;
