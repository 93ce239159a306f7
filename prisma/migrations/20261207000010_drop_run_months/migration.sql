-- contract: this drops nothing by itself, the function in it drops months of runs that are older than those that are kept
set role holdfast_owner;

/*
 * Drops the partition with the runs of such a month, of every MSP, for the worker. It takes no row by row, and waits at most two seconds for
 * whoever reads runs: then it fails, and is tried again.
 */
create function app.drop_run_month(p_month date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
begin
  if app.is_old_run_month(p_month) is not true then raise exception 'these runs are too young' using errcode = '22023'; end if;
  perform pg_advisory_xact_lock(7261124);
  execute format('drop table if exists app.%I', 'run_' || to_char(p_month, 'YYYY_MM'));
end $$;

revoke all on function app.drop_run_month(date) from public;
grant execute on function app.drop_run_month(date) to holdfast_worker;
reset role;
