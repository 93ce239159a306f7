import { Blank, BlankRows, Skeleton } from '../ui/skeleton';

/** Of what a leader sees: the answer, then the cards that it rests on. */
export function PortalSkeleton() {
  return (
    <Skeleton>
      <div className="border-line bg-bg rounded-lg border p-5">
        <Blank className="h-6 w-96 max-w-full" />
        <Blank className="mt-3 w-[60ch] max-w-full" />
        <Blank className="mt-2 w-[48ch] max-w-full" />
      </div>
      <div className="mt-4 grid items-start gap-4 lg:grid-cols-2">
        {[0, 1, 2, 3].map((card) => (
          <div key={card} className="border-line bg-bg rounded-lg border p-4">
            <Blank className="w-48 max-w-full" />
            <BlankRows count={4} />
          </div>
        ))}
      </div>
    </Skeleton>
  );
}
