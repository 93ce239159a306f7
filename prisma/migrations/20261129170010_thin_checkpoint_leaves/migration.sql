-- Every checkpoint keeps a leaf of every MSP. Of days long past, a bundle takes the last of the day and the last stamped one only.
set role audit_owner;

/*
 * Removes leaves of checkpoints from before the day (UTC) of p_before but the last, and the last time-stamped, of each chain and day.
 * Checkpoints themselves, their notes and time-stamps stay. Returns how many are gone. Refuses what is younger than thirty days.
 */
create function audit.thin_leaves(p_before timestamptz) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_count int;
begin
  if p_before > clock_timestamp() - interval '30 days' then raise exception 'these leaves are too young'; end if;
  delete from audit.checkpoint_leaf l
    using (
      select d.msp_id, d.checkpoint_id,
        row_number() over (partition by d.msp_id, date_trunc('day', c.at, 'UTC') order by d.checkpoint_id desc) as place,
        row_number() over (partition by d.msp_id, date_trunc('day', c.at, 'UTC'), c.tsa_at is null
          order by d.checkpoint_id desc) as place_of_kind,
        c.tsa_at is not null as is_stamped
      from audit.checkpoint_leaf d join audit.checkpoint c on c.checkpoint_id = d.checkpoint_id
      where c.at < date_trunc('day', p_before, 'UTC')
    ) x
    where l.msp_id = x.msp_id and l.checkpoint_id = x.checkpoint_id
      and x.place > 1 and not (x.is_stamped and x.place_of_kind = 1)
      -- what the newest checkpoint has is what the next one is compared with
      and l.checkpoint_id < (select max(m.checkpoint_id) from audit.checkpoint m);
  get diagnostics v_count = row_count;
  return v_count;
end $$;
revoke execute on function audit.thin_leaves(timestamptz) from public;
grant execute on function audit.thin_leaves(timestamptz) to holdfast_worker;
reset role;
