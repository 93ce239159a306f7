import { Blank, BlankRows, BlankSection, Skeleton } from '../ui/skeleton';

/** Of the fleet: its sentence, counts and changes, then clients. */
export function FleetSkeleton({ hasViews }: { hasViews: boolean }) {
  return (
    <Skeleton>
      <div className="mb-5 grid gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,440px)]">
        <div className="min-w-0">
          <div className="flex h-7 items-center">
            <Blank className="h-5 w-80 max-w-full" />
          </div>
          <div className="mt-1 flex h-5 items-center">
            <Blank className="w-[60ch] max-w-full" />
          </div>
          <div className="border-line mt-4 grid grid-cols-2 overflow-hidden rounded-lg border md:grid-cols-4">
            {[0, 1, 2, 3].map((tile) => (
              <div key={tile} className="flex h-[88px] flex-col justify-between px-3.5 py-3.5">
                <Blank className="w-24" />
                <Blank className="h-5 w-8" />
                <Blank className="w-16" />
              </div>
            ))}
          </div>
        </div>
        <div className="border-line max-xl:hidden xl:border-l xl:pl-6">
          {[0, 1, 2, 3, 4, 5].map((line) => (
            <div key={line} className="flex h-[26px] items-center">
              <Blank className="w-full" />
            </div>
          ))}
        </div>
      </div>
      <BlankFilters />
      {hasViews && <div className="mb-2 h-7" />}
      <BlankRows count={14} />
    </Skeleton>
  );
}

/** Of a list with filters under its heading. */
export function ListSkeleton({ title }: { title: string }) {
  return (
    <>
      <h1>{title}</h1>
      <Skeleton>
        <div className="flex h-5 items-center">
          <Blank className="w-72 max-w-full" />
        </div>
        <div className="mt-4">
          <BlankFilters />
        </div>
        <BlankRows count={14} />
      </Skeleton>
    </>
  );
}

/** Of what a clause's evidence is: its lists, then documents and questions. */
export function EvidenceSkeleton() {
  return (
    <Skeleton>
      <BlankSection title="Evidence, whole period">
        <div className="grid items-start gap-3 xl:grid-cols-2">
          {[0, 1, 2, 3].map((card) => (
            <Blank key={card} className="h-24 w-full" />
          ))}
        </div>
      </BlankSection>
      <BlankSection title="Signed documents">
        <BlankRows count={2} />
      </BlankSection>
      <BlankSection title="Questions and answers">
        <BlankRows count={2} />
      </BlankSection>
    </Skeleton>
  );
}

/** Of a client: its name is known, its systems come. */
export function ClientSkeleton({ name, timeZone }: { name: string; timeZone: string }) {
  return (
    <>
      <h1>{name}</h1>
      <p className="text-13 text-ink-3 mt-1">all times {timeZone}</p>
      <Skeleton>
        <BlankSection title="Systems">
          <BlankFilters />
          <BlankRows count={10} />
        </BlankSection>
        <BlankSection title="Newest changes">
          <BlankRows count={4} />
        </BlankSection>
      </Skeleton>
    </>
  );
}

/** Of a system: the verdict, its digits and the picture, then what they rest on. */
export function SystemSkeleton({ name, timeZone }: { name: string; timeZone: string }) {
  return (
    <div className="px-4 pt-5 pb-8 lg:px-6">
      <h1>{name}</h1>
      <p className="text-13 text-ink-3">all times {timeZone}</p>
      <Skeleton>
        <div className="border-line-2 my-4 border-l-[3px] pl-3.5">
          <Blank className="w-56" />
          <div className="mt-1.5 mb-1 flex h-7 items-center">
            <Blank className="h-5 w-[52ch] max-w-full" />
          </div>
          <Blank className="w-[64ch] max-w-full" />
        </div>
        <div className="border-line grid grid-cols-3 overflow-hidden rounded-lg border sm:grid-cols-5">
          {[0, 1, 2, 3, 4].map((tile) => (
            <div key={tile} className="flex h-[106px] flex-col justify-between px-4 py-4">
              <Blank className="h-8 w-14" />
              <Blank className="w-16" />
              <Blank className="w-24 max-w-full" />
            </div>
          ))}
        </div>
        <BlankSection title="3-2-1 picture">
          <div className="border-line h-72 rounded-lg border" />
        </BlankSection>
        <BlankSection title="Jobs">
          <BlankRows count={3} />
        </BlankSection>
      </Skeleton>
    </div>
  );
}

function BlankFilters() {
  return (
    <div className="mb-2 flex h-8 items-center gap-1.5">
      <Blank className="h-8 w-[248px] rounded-md max-md:w-full" />
      <Blank className="h-7 w-24 rounded-full max-md:hidden" />
      <Blank className="h-7 w-24 rounded-full max-md:hidden" />
    </div>
  );
}
