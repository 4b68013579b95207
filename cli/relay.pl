# Runs on the engine's machine for cli/forward.ts: connections to ports of 127.0.0.1, all of them over standard input and output.
# A frame is: number of the connection (4 bytes), kind (1 byte), length (4 bytes), content. Kinds: o (open; content: the port), d (data),
# c (closed), r (ready: said once). It ends with its standard input. Perl, because every image that comes from Debian has it.
use strict;
use IO::Select;
use IO::Socket::INET;

$SIG{PIPE} = 'IGNORE';
my (%socket, %pending, %closing);
my $received = '';

sub say_frame {
    my ($id, $kind, $content) = @_;
    my $frame = pack('Na1N', $id, $kind, length $content) . $content;
    while (length $frame) {
        my $written = syswrite(STDOUT, $frame);
        exit 0 unless defined $written;
        substr($frame, 0, $written, '');
    }
}

sub closed {
    my ($id) = @_;
    my $socket = delete $socket{$id} or return;
    delete $pending{$id};
    delete $closing{$id};
    close $socket;
    say_frame($id, 'c', '');
}

sub take_frame {
    my ($id, $kind, $content) = @_;
    if ($kind eq 'o') {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $content, Timeout => 10);
        return say_frame($id, 'c', '') unless $socket;
        $socket->blocking(0);
        $socket{$id} = $socket;
        $pending{$id} = '';
    }
    elsif (!$socket{$id}) { }
    elsif ($kind eq 'd') { $pending{$id} .= $content }
    elsif (length $pending{$id}) { $closing{$id} = 1 }
    else { closed($id) }
}

say_frame(0, 'r', '');
for (;;) {
    my $readers = IO::Select->new(\*STDIN, values %socket);
    my $writers = IO::Select->new(map { $socket{$_} } grep { length $pending{$_} } keys %socket);
    my ($readable, $writable) = IO::Select->select($readers, $writers);
    my %id = map { fileno($socket{$_}) => $_ } keys %socket;
    for my $socket (@{ $writable || [] }) {
        my $id = $id{ fileno $socket };
        my $written = syswrite($socket, $pending{$id});
        if (defined $written) { substr($pending{$id}, 0, $written, '') }
        elsif (!$!{EAGAIN}) { closed($id); next }
        closed($id) if $closing{$id} && !length $pending{$id};
    }
    for my $socket (@{ $readable || [] }) {
        if (fileno($socket) == 0) {
            exit 0 unless sysread(STDIN, $received, 65536, length $received);
            while (length $received >= 9) {
                my ($id, $kind, $length) = unpack('Na1N', $received);
                last if length $received < 9 + $length;
                my $content = substr($received, 9, $length);
                substr($received, 0, 9 + $length, '');
                take_frame($id, $kind, $content);
            }
            next;
        }
        my $id = defined fileno($socket) ? $id{ fileno $socket } : undef;
        next unless defined $id && $socket{$id};
        my $read = sysread($socket, my $chunk, 65536);
        if ($read) { say_frame($id, 'd', $chunk) }
        elsif (defined $read || !$!{EAGAIN}) { closed($id) }
    }
}
