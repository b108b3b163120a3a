// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import java.util.List;
import java.util.stream.Stream;

/** All mutants of the kit. */
final class Mutants {

  static final List<Mutant> ALL =
      Stream.of(
              CreateMutants.all(),
              FetchMutants.all(),
              FetchServedMutants.all(),
              LockMutants.all(),
              ActivityRepeatMutants.all(),
              ExpiryMutants.all(),
              ExpiryWaitMutants.all(),
              AtomMutants.all(),
              AtomListMutants.all(),
              QueueMutants.all(),
              QueueMergeMutants.all(),
              ActivityFilterMutants.all(),
              TagMutants.all(),
              SessionMutants.all(),
              MultiMutants.all(),
              AdminMutants.all(),
              DeleteMutants.all(),
              PruneMutants.all(),
              DecidedBeforeMutants.deletions(),
              DecidedBeforeMutants.prunes(),
              ClaimMutants.all(),
              AheadMutants.all(),
              VersionMutants.all(),
              StatusMutants.all(),
              LeaseMutants.all(),
              InboxMutants.all(),
              StreamMutants.all(),
              OrderMutants.all(),
              ReadMutants.all(),
              SnapshotMutants.all(),
              ProjectionMutants.all(),
              ProjectionUpdateMutants.all(),
              ProjectionReadMutants.all(),
              ArchiveMutants.streams(),
              ArchiveMutants.snapshots(),
              AuditMutants.all(),
              ChangeMutants.all(),
              RunMutants.all(),
              RunListMutants.all(),
              RunInboxMutants.all(),
              StepMutants.all(),
              TriggerMutants.all(),
              TriggerReadMutants.all(),
              TriggerListMutants.all(),
              KvMutants.all(),
              CancelMutants.all(),
              PoisonMutants.all(),
              ClockMutants.all(),
              DataMutants.all(),
              ConcMutants.all(),
              DescribeMutants.all(),
              EndedMutants.all(),
              PollMutants.all(),
              PollSignalMutants.all(),
              SpiMutants.all(),
              SpiDataSourceMutants.all(),
              FixMutants.all(),
              ErrMutants.all())
          .flatMap(List::stream)
          .toList();

  private Mutants() {}
}
