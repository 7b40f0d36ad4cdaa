#include "post_json.h"

#include <stdio.h>
#include <string.h>

#include "mend.h"
#include "post_id.h"

static const char *post_json_explain(const json_error_t *error)
{
    switch ((int)json_error_code(error)) {
    case json_error_premature_end_of_input:
        return "it ends too early";
    case json_error_stack_overflow:
        return "it is nested too deeply";
    case json_error_end_of_input_expected:
        return "something follows it";
    default:
        return "it makes no sense";
    }
}

json_t *post_json_read(struct slice json, char *reason, size_t size)
{
    json_error_t error;
    struct buffer mended = {0};
    mend_json(&mended, json);
    const char *text = buffer_text(&mended);
    json_t *root = json_loadb(text, mended.size, 0, &error);
    if (!root) {
        snprintf(reason, size, "no JSON: %s, about byte %d", post_json_explain(&error),
                 error.position);
    }
    buffer_free(&mended);
    return root;
}

bool post_json_id(struct buffer *out, const json_t *value)
{
    char digits[24];
    struct slice id = {json_string_value(value), json_string_length(value)};
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        int length = snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT,
                              json_integer_value(value));
        id = (struct slice){digits, (size_t)length};
    }
    if (!id.bytes || !post_id_is_valid(id)) {
        return false;
    }
    buffer_append(out, id.bytes, id.size);
    buffer_text(out);
    return true;
}
