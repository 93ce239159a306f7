set role holdfast_owner;

-- Of all clients that the context sees: they stand on one page.
drop function identity.list_management_keys(uuid);

/* The keys of the context's clients, newest first, at most 500. */
create function identity.list_management_keys()
returns table (key_id uuid, client_id uuid, name text, is_read_only boolean, created_by_name text, created_at timestamptz,
  revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.key_id, k.client_id, k.name, k.is_read_only, k.created_by_name, k.created_at, k.revoked_at
  from identity.management_key k
  where k.msp_id = app.msp_id() and app.client_ok(k.client_id)
  order by k.created_at desc, k.key_id limit 500
$$;
revoke all on function identity.list_management_keys() from public;
grant execute on function identity.list_management_keys() to holdfast_web;

reset role;
