import { Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { type RoleByGroup, SIGN_ON_ROLES, type SignOnRole } from '@/domain/access/sign-on';
import { Button } from '../ui/button';

interface Row {
  readonly id: number;
  readonly group: string;
  readonly role: SignOnRole;
}

const FIELD = 'border-edge bg-bg text-ink aria-invalid:border-bad h-9 rounded-md border px-3 text-sm';

/** Which group gives which role, a row each. */
export function GroupRows({ roleByGroup, error }: { roleByGroup: RoleByGroup; error: string | undefined }) {
  const id = useId();
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(roleByGroup));

  function add() {
    setRows([...rows, emptyRow(Math.max(-1, ...rows.map((row) => row.id)) + 1)]);
  }

  return (
    <fieldset aria-describedby={`${id}-help ${id}-error`} className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">Groups and roles</legend>
      <p id={`${id}-help`} className="text-ink-3 max-w-[70ch] text-xs">
        The group’s name or ID exactly as the provider sends it. Roles are read anew at each sign-in; of
        several the most powerful counts, and who is in none of these groups is refused. No group makes an
        owner: whoever runs the provider would own your MSP. Owners are made on the page People, and stay
        owners whatever their groups.
      </p>
      {rows.map((row, index) => (
        <div key={row.id} className="flex items-center gap-2">
          <input
            name="group"
            aria-label={`Group ${index + 1}`}
            aria-invalid={error ? true : undefined}
            defaultValue={row.group}
            maxLength={200}
            placeholder="Group"
            spellCheck={false}
            className={`${FIELD} min-w-0 flex-1`}
          />
          <select
            name="role"
            aria-label={`Role of group ${index + 1}`}
            defaultValue={row.role}
            className={`${FIELD} w-32 !px-2`}
          >
            {SIGN_ON_ROLES.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
          <Button
            kind="quiet"
            aria-label={`Remove group ${index + 1}`}
            onClick={() => setRows(rows.filter((one) => one.id !== row.id))}
            className="!px-2"
          >
            <X size={14} aria-hidden="true" />
          </Button>
        </div>
      ))}
      <p id={`${id}-error`} className="text-bad text-xs empty:hidden">
        {error}
      </p>
      <div>
        <Button onClick={add}>
          <Plus size={14} aria-hidden="true" /> Add a group
        </Button>
      </div>
    </fieldset>
  );
}

function rowsOf(roleByGroup: RoleByGroup): Row[] {
  const rows = Object.entries(roleByGroup).map(([group, role], id) => ({ id, group, role }));
  return rows.length > 0 ? rows : [emptyRow(0)];
}

const emptyRow = (id: number): Row => ({ id, group: '', role: 'technician' });
