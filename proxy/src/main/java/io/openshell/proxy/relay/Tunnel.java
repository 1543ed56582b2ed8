package io.openshell.proxy.relay;

import io.openshell.proxy.egress.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/** An established CONNECT before it is known what it carries: its admission, and the connection that was dialled. */
final class Tunnel implements TlsHandshake.Terminated {

    private final Admission admission;
    private @Nullable UpstreamConnection dialled;

    /**
     * @param dialled the connection, or {@code null} if an idle one was good reason not to dial
     */
    Tunnel(Admission admission, @Nullable UpstreamConnection dialled) {
        this.admission = admission;
        this.dialled = dialled;
    }

    Admission admission() {
        return admission;
    }

    @Nullable
    UpstreamConnection dialled() {
        return dialled;
    }

    /** Hands the connection over; whoever takes it closes it. */
    @Nullable
    UpstreamConnection take() {
        UpstreamConnection taken = dialled;
        dialled = null;
        return taken;
    }

    @Override
    public String host() {
        return admission.host();
    }

    @Override
    public void failed(String reason) {
        admission.failed(reason);
    }

    @Override
    public void denied(String reason) {
        admission.denied(reason);
    }

    @Override
    public void release() {
        UpstreamConnection left = take();
        if (left != null) {
            left.close();
        }
    }
}
