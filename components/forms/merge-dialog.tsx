'use client';

import { MergeTargetField } from './merge-target-field';
import { ReasonDialog } from './reason-dialog';

/** Says that a system is another one of its client under a further name. */
export function MergeDialog({
  system: { systemId, name, clientName },
}: {
  system: { systemId: string; name: string; clientName: string };
}) {
  return (
    <ReasonDialog
      title={`Merge ${name} into another system`}
      description={`For one machine under two names. All that was and will be reported of ${name} counts there, so that copies of the same sources are added up: merge nothing that is not the same machine. It can be split again, and no report is changed.`}
      label="Merge"
      longLabel={`Merge ${name} into another system`}
      address={`/api/v1/systems/${systemId}/inbox-decision`}
      body={{ verb: 'merged' }}
      choice={{
        name: 'intoSystemId',
        renderField: (error) => (
          <MergeTargetField systemId={systemId} clientName={clientName} name="intoSystemId" error={error} />
        ),
      }}
      done={`${name} is merged.`}
    />
  );
}
