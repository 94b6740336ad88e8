package io.sluice.app.agent;

import io.sluice.bpf.nft.Nftables;
import io.sluice.bpf.steer.Datapath;
import io.sluice.bpf.steer.DatapathException;
import io.sluice.bpf.steer.Steering;
import java.nio.file.Path;

/** What judges packets and hands connections to the proxy; named as on the command line. */
public enum Steer {
  /** Programs on the pods' interfaces. */
  tc {
    @Override
    Steering open(Path state, boolean shortCut) throws DatapathException {
      return Datapath.open(state, shortCut);
    }

    @Override
    void withdrawOther(Path state) throws DatapathException {
      Nftables.withdraw();
    }
  },
  /** Rules of nftables. */
  nft {
    @Override
    Steering open(Path state, boolean shortCut) throws DatapathException {
      return Nftables.open(state);
    }

    @Override
    void withdrawOther(Path state) throws DatapathException {
      Datapath.withdraw(state);
    }
  };

  /**
   * Opens it in this namespace; nothing of the other kind is touched.
   *
   * @param shortCut whether bytes pass TCP/IP by, of the kind and on machines that can
   */
  abstract Steering open(Path state, boolean shortCut) throws DatapathException;

  /** Takes away what an agent that steered the other way has left in force. */
  abstract void withdrawOther(Path state) throws DatapathException;
}
