-- Whether a database is as new as a program needs it: asked by every process before it says that it is ready.
do $$ begin
  -- a shadow database of Prisma's tools has no ledger
  if to_regclass('public._prisma_migrations') is not null then
    grant select on public._prisma_migrations to holdfast_owner;
  end if;
end $$;
set role holdfast_owner;

/* Whether the migration of that name is applied, whatever came after it. */
create function app.has_migration(p_name text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from public._prisma_migrations m
    where m.migration_name = p_name and m.finished_at is not null and m.rolled_back_at is null);
end $$;

revoke all on function app.has_migration(text) from public;
grant execute on function app.has_migration(text) to holdfast_web, holdfast_worker, holdfast_ingest;
reset role;
