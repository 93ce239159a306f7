-- Keys by which programs read evidence: shown once, kept as a hash, looked up before the MSP is known.
set role holdfast_owner;

create table identity.api_key (
  api_key_id uuid primary key,
  msp_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  key_hash bytea not null unique check (octet_length(key_hash) = 32),
  client_ids uuid[] check (cardinality(client_ids) between 1 and 100), -- null: every client
  created_by uuid not null,
  created_by_name text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,                              -- within a minute
  revoked_at timestamptz,
  check (expires_at > created_at)
);
create index api_key_by_msp on identity.api_key (msp_id, created_at);

/* Whether the context may manage the keys of its MSP. */
create function identity.may_manage_api_keys() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.msp_id() is not null and app.client_ok(null) and coalesce(app.context_part(4) in ('owner', 'admin'), false)
$$;

/* Keeps the hash of a new key of the context's MSP; false: one of the clients is not there. */
create function identity.make_api_key(p_key uuid, p_name text, p_key_hash bytea, p_client_ids uuid[], p_expires timestamptz,
  p_by_name text)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.may_manage_api_keys() then raise exception 'this context may not make keys' using errcode = '42501'; end if;
  if (select count(*) from app.client c where c.msp_id = app.msp_id() and c.client_id = any (p_client_ids))
    <> coalesce(cardinality(p_client_ids), 0) then return false; end if;
  insert into identity.api_key (api_key_id, msp_id, name, key_hash, client_ids, created_by, created_by_name, expires_at)
    values (p_key, app.msp_id(), p_name, p_key_hash, p_client_ids, app.context_part(3)::uuid, p_by_name, p_expires);
  return true;
end $$;

/* Ends a key of the context's MSP at once; false: there is none, or it was revoked. */
create function identity.revoke_api_key(p_key uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.may_manage_api_keys() then raise exception 'this context may not revoke keys' using errcode = '42501'; end if;
  update identity.api_key k set revoked_at = clock_timestamp()
    where k.api_key_id = p_key and k.msp_id = app.msp_id() and k.revoked_at is null;
  return found;
end $$;

/* The keys of the context's MSP, newest first, at most 500. */
create function identity.list_api_keys()
returns table (api_key_id uuid, name text, client_ids uuid[], created_by_name text, created_at timestamptz, expires_at timestamptz,
  last_used_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.api_key_id, k.name, k.client_ids, k.created_by_name, k.created_at, k.expires_at, k.last_used_at, k.revoked_at
  from identity.api_key k where k.msp_id = app.msp_id() and identity.may_manage_api_keys()
  order by k.created_at desc, k.api_key_id limit 500
$$;

/* Whose a key is; no row: it is nobody's, revoked or expired. Marks it as used, at most once a minute. */
create function identity.resolve_api_key(p_key_hash bytea)
returns table (api_key_id uuid, msp_id uuid, client_ids uuid[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_used timestamptz;
begin
  select k.api_key_id, k.msp_id, k.client_ids, k.last_used_at into api_key_id, msp_id, client_ids, v_used
    from identity.api_key k
    where k.key_hash = p_key_hash and k.revoked_at is null and k.expires_at > clock_timestamp();
  if not found then return; end if;
  if v_used is null or v_used < now() - interval '1 minute' then
    update identity.api_key k set last_used_at = now() where k.key_hash = p_key_hash;
  end if;
  return next;
end $$;

revoke all on function identity.may_manage_api_keys(), identity.make_api_key(uuid, text, bytea, uuid[], timestamptz, text),
  identity.revoke_api_key(uuid), identity.list_api_keys(), identity.resolve_api_key(bytea) from public;
grant execute on function identity.make_api_key(uuid, text, bytea, uuid[], timestamptz, text), identity.revoke_api_key(uuid),
  identity.list_api_keys(), identity.resolve_api_key(bytea) to holdfast_web;
reset role;
