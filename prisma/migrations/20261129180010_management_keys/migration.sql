-- Keys of the management API (docs/pings.md): a client's checks are made, changed and read with them. Kept as hashes.
set role holdfast_owner;

create table identity.management_key (
  key_id uuid primary key,
  msp_id uuid not null,
  client_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  key_hash bytea not null unique check (octet_length(key_hash) = 32),
  is_read_only boolean not null,
  created_by_name text not null check (length(created_by_name) between 1 and 200),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index management_key_by_msp on identity.management_key (msp_id, client_id, created_at);

/* Keeps the hash of a new key of a client of the context's MSP; false: the client is not there. */
create function identity.make_management_key(p_key uuid, p_client uuid, p_name text, p_key_hash bytea, p_is_read_only boolean,
  p_by_name text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.msp_id() is null or p_client is null or not app.client_ok(p_client) then
    raise exception 'no sealed context for this client' using errcode = '42501';
  end if;
  if not exists (select from app.client c where c.msp_id = app.msp_id() and c.client_id = p_client) then return false; end if;
  insert into identity.management_key (key_id, msp_id, client_id, name, key_hash, is_read_only, created_by_name)
    values (p_key, app.msp_id(), p_client, p_name, p_key_hash, p_is_read_only, p_by_name);
  return true;
end $$;

/* Ends a key of the context's MSP and clients at once; false: there is none, or it was revoked. */
create function identity.revoke_management_key(p_key uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update identity.management_key k set revoked_at = clock_timestamp()
    where k.key_id = p_key and k.msp_id = app.msp_id() and app.client_ok(k.client_id) and k.revoked_at is null;
  return found;
end $$;

/* The keys of a client of the context's MSP, newest first, at most 100. */
create function identity.list_management_keys(p_client uuid)
returns table (key_id uuid, name text, is_read_only boolean, created_by_name text, created_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.key_id, k.name, k.is_read_only, k.created_by_name, k.created_at, k.revoked_at
  from identity.management_key k
  where k.msp_id = app.msp_id() and k.client_id = p_client and app.client_ok(k.client_id)
  order by k.created_at desc, k.key_id limit 100
$$;

/* Whose a key is; no row: it is nobody's, or was revoked. */
create function identity.resolve_management_key(p_key_hash bytea)
returns table (msp_id uuid, client_id uuid, is_read_only boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.msp_id, k.client_id, k.is_read_only from identity.management_key k
  where k.key_hash = p_key_hash and k.revoked_at is null
$$;

revoke all on function identity.make_management_key(uuid, uuid, text, bytea, boolean, text), identity.revoke_management_key(uuid),
  identity.list_management_keys(uuid), identity.resolve_management_key(bytea) from public;
grant execute on function identity.make_management_key(uuid, uuid, text, bytea, boolean, text) to holdfast_web, holdfast_worker;
grant execute on function identity.revoke_management_key(uuid), identity.list_management_keys(uuid) to holdfast_web;
grant execute on function identity.resolve_management_key(bytea) to holdfast_ingest;

-- The API is answered where pings are: its clients know one host.
grant update (name, hostname) on app.agent to holdfast_ingest;
grant execute on function identity.close_channel(uuid) to holdfast_ingest;
create index raw_report_of_channel on app.raw_report (msp_id, agent_id, sequence desc) where envelope is not null;
reset role;
