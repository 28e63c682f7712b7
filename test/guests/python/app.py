"""A guest for CPython in WebAssembly, as componentize-py makes it: an HTTP handler and a generic interface."""

import sys
from urllib.parse import urlsplit

from componentize_py_types import Err, Ok, Result
from wit_world import exports
from wit_world.imports.streams import StreamError_Closed
from wit_world.imports.types import (
    Fields,
    IncomingRequest,
    OutgoingBody,
    OutgoingResponse,
    ResponseOutparam,
)

requests = 0


class IncomingHandler(exports.IncomingHandler):
    def handle(self, request: IncomingRequest, response_out: ResponseOutparam) -> None:
        global requests
        requests += 1
        path = urlsplit(request.path_with_query() or "/").path
        if path == "/echo":
            echo(request, response_out)
        elif path == "/length":
            answer(response_out, f"{sum(map(len, chunks_of(request)))}\n")
        elif path == "/counter":
            answer(response_out, f"{requests}\n")
        elif path == "/headers":
            lines = sorted(f"{name}: {value.decode('latin1')}\n" for name, value in request.headers().entries())
            answer(response_out, "".join(lines))
        elif path.startswith("/big/"):
            answer_with(response_out, 200, pieces(int(path[len("/big/"):])))
        elif path == "/log":
            print("a line on stdout")
            print("a line on stderr", file=sys.stderr)
            answer(response_out, "logged\n")
        elif path == "/throw":
            raise RuntimeError("asked to throw")
        elif path == "/exit":
            sys.exit(3)
        elif path == "/spin":
            while True:
                pass
        elif path == "/":
            answer(response_out, "Hello from Python!\n")
        else:
            answer(response_out, "not found\n", 404)


def chunks_of(request: IncomingRequest):
    with request.consume() as body, body.stream() as stream:
        while True:
            try:
                yield stream.blocking_read(64 * 1024)
            except Err as error:
                if isinstance(error.value, StreamError_Closed):
                    return
                raise


def pieces(count: int):
    while count > 0:
        piece = min(count, 4096)
        yield b"a" * piece
        count -= piece


def echo(request: IncomingRequest, response_out: ResponseOutparam) -> None:
    answer_with(response_out, 200, chunks_of(request))


def answer(response_out: ResponseOutparam, text: str, status: int = 200) -> None:
    answer_with(response_out, status, [text.encode()])


def answer_with(response_out: ResponseOutparam, status: int, chunks) -> None:
    response = OutgoingResponse(Fields.from_list([("content-type", b"text/plain")]))
    response.set_status_code(status)
    body = response.body()
    ResponseOutparam.set(response_out, Ok(response))
    with body.write() as stream:
        for chunk in chunks:
            for at in range(0, len(chunk), 4096):
                stream.blocking_write_and_flush(chunk[at : at + 4096])
    OutgoingBody.finish(body, None)


def give_back(self, v):
    return v


def give_result_back(self, v: Result):
    if isinstance(v, Err):
        raise v
    return v.value


class Echo(exports.Echo):
    """Gives back what it is given; results of functions are raised where they are errors."""

    echo_bool = echo_char = echo_string = echo_bytes = echo_strings = give_back
    echo_u8 = echo_u16 = echo_u32 = echo_u64 = give_back
    echo_s8 = echo_s16 = echo_s32 = echo_s64 = give_back
    echo_f32 = echo_f64 = give_back
    echo_option_string = echo_option_option = echo_tuple = give_back
    echo_point = echo_shape = echo_message = echo_color = echo_permissions = echo_pairs = give_back
    echo_result = echo_result_empty = echo_result_err = give_result_back

    def nothing(self) -> None:
        return None

    def echo_many(self, a, b, c, d, e):
        return a, b, c, d, e

    def echo_wide(self, a, b, c, d, e, f, g, h, i):
        return [a, b, c, d, e, f, g, h, i]
